import { useRef } from "react";
import { stringifyVariables, type TypedDocumentNode, useMutation } from "urql";

interface Asked {
  what: string;
  key: string;
}

/**
 * A mutation that is carried out once, however often it is asked for: a call while one is under way does nothing, and
 * a call after an answer was lost goes out with the same idempotency key.
 */
export function useKeyedMutation<Data, Variables extends { key: string }>(
  document: TypedDocumentNode<Data, Variables>,
) {
  const [{ fetching, error }, execute] = useMutation(document);
  const running = useRef(false);
  const unanswered = useRef<Asked>(undefined);

  async function send(variables: Omit<Variables, "key">): Promise<Data | undefined> {
    if (running.current) return undefined;
    running.current = true;
    const what = stringifyVariables(variables);
    if (unanswered.current?.what !== what) unanswered.current = { what, key: crypto.randomUUID() };
    const result = await execute({ ...variables, key: unanswered.current.key } as Variables);
    running.current = false;
    if (!result.error) unanswered.current = undefined;
    return result.data;
  }

  return { send, running: fetching, error };
}
