import type { Exchange } from "urql";
import { map, pipe, tap } from "wonka";

/** Gives each result of an operation the id of the request that it was answered by, those from the cache as well. */
export const requestIds: Exchange = ({ forward }) => {
  const last = new Map<number, unknown>();
  return (operations) => {
    const results = forward(
      pipe(
        operations,
        tap(({ kind, key }) => kind === "teardown" && last.delete(key)),
      ),
    );
    return pipe(
      results,
      map((result) => {
        const { kind, key } = result.operation;
        const requestId = result.extensions?.requestId ?? last.get(key);
        if (kind === "query" && requestId !== undefined) last.set(key, requestId); // a mutation has one result, and no teardown
        return { ...result, extensions: { ...result.extensions, requestId } };
      }),
    );
  };
};
