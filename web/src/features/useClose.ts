import { useLocation, useNavigate } from "react-router";

/** Leaves a dialog: back to where it was opened or, when its address was opened directly, to the page below it. */
export function useClose(below: string): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  return () => (key === "default" ? navigate(below, { replace: true }) : navigate(-1));
}
