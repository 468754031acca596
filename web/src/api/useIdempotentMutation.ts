import { useRef } from "react";
import { stringifyVariables, type TypedDocumentNode, useMutation } from "urql";
import { requestIdOf } from "./requestIdOf";

interface Attempt {
  variablesText: string;
  key: string;
}

/**
 * A mutation with an idempotency key, carried out once: a call while one is in flight does nothing, and a retry after a
 * lost response carries the same key.
 */
export function useIdempotentMutation<Data, Variables extends { key: string }>(
  document: TypedDocumentNode<Data, Variables>,
) {
  const [{ fetching, error, extensions }, execute] = useMutation(document);
  const inFlight = useRef(false);
  const unresolved = useRef<Attempt>(undefined);

  async function send(variables: Omit<Variables, "key">): Promise<Data | undefined> {
    if (inFlight.current) return undefined;
    inFlight.current = true;
    const variablesText = stringifyVariables(variables);
    if (unresolved.current?.variablesText !== variablesText)
      unresolved.current = { variablesText, key: crypto.randomUUID() };
    const result = await execute({ ...variables, key: unresolved.current.key } as Variables);
    inFlight.current = false;
    if (!result.error) unresolved.current = undefined;
    return result.data;
  }

  return { send, inFlight: fetching, error, requestId: requestIdOf(extensions) };
}
