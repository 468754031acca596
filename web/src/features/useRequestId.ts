import { useState } from "react";

/** The id of the request that was answered last, for answers that are no failures; what comes from the cache has none. */
export function useRequestId(extensions: Record<string, unknown> | undefined): string | undefined {
  const id = extensions?.requestId;
  const [last, remember] = useState<string>();
  if (typeof id === "string" && id !== last) remember(id);
  return typeof id === "string" ? id : last;
}
