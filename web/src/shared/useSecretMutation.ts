import { useRef } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient, useMutation } from "urql";

/**
 * A mutation whose response holds a secret. It is stored nowhere, so the mutation cannot have an idempotency key: a call while
 * one is in flight does nothing, and after one whose response was lost the list is fetched again, which tells.
 */
export function useSecretMutation<Data, Variables extends AnyVariables, List>(
  document: TypedDocumentNode<Data, Variables>,
  list: TypedDocumentNode<List, Record<string, never>>,
) {
  const [{ fetching, error }, execute] = useMutation(document);
  const client = useClient();
  const inFlight = useRef(false);

  async function send(variables: Variables): Promise<Data | undefined> {
    if (inFlight.current) return undefined;
    inFlight.current = true;
    const result = await execute(variables);
    inFlight.current = false;
    if (result.error) client.query(list, {}, { requestPolicy: "network-only" }).toPromise();
    return result.data;
  }

  return { send, inFlight: fetching, error };
}
