import type { SyntheticEvent } from "react";

/**
 * Whether an event is that of a click of a double click after the first: the second click on the link that opens a dialog lands in
 * it, where nobody has read anything yet.
 */
export function isRepeatedClick({ nativeEvent }: SyntheticEvent): boolean {
  return nativeEvent instanceof UIEvent && nativeEvent.detail > 1;
}
