import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";

/** Leaves a dialog: back to where it was opened or, when its address was opened directly, to the page below it. */
export function useClose(below: string): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  const left = useRef<string>(undefined);
  const leave = () => {
    if (left.current === key) return; // a double click must not go back twice
    left.current = key;
    if (key === "default") navigate(below, { replace: true });
    else navigate(-1);
  };
  useEffect(() => {
    if (left.current) leave(); // a double click had opened it twice
  });
  return leave;
}
