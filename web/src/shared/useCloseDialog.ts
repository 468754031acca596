import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { useStays } from "./unsaved";

/** Closes a dialog: goes back to the page it was opened from or, when its address was opened directly, to the parent page. */
export function useCloseDialog(parentPath: string): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  const closedKey = useRef<string>(undefined);
  const close = () => {
    if (closedKey.current === key) return; // a double click must not go back twice
    closedKey.current = key;
    if (key === "default") navigate(parentPath, { replace: true });
    else navigate(-1);
  };
  const stays = useStays();
  useEffect(() => {
    closedKey.current = undefined; // whoever stayed can leave another time
  }, [stays]);
  useEffect(() => {
    if (closedKey.current) close(); // a double click had opened it twice
  });
  return close;
}
