import { useRef } from "react";
import { useLocation, useNavigate } from "react-router";

/** Leaves a dialog: back to where it was opened or, when its address was opened directly, to the page below it. */
export function useClose(below: string): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  const closed = useRef(false);
  return () => {
    if (closed.current) return; // a double click must not go back twice
    closed.current = true;
    if (key === "default") navigate(below, { replace: true });
    else navigate(-1);
  };
}
