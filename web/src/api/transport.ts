import { makeFetchBody } from "@urql/core/internal";
import {
  type Exchange,
  type ExecutionResult,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
} from "urql";
import { filter, make, merge, mergeMap, pipe, type Source, takeUntil } from "wonka";
import { parse } from "../json";
import { sessionToken } from "./session";

const timeout = 12_000; // ms; the server promises an answer within 10 s

/** The transport: sends operations to the server as JSON, in both directions with the exact digits of numbers. */
export const transport: Exchange =
  ({ forward }) =>
  (operations) => {
    const results = pipe(
      operations,
      filter(isRequest),
      mergeMap((operation) => {
        const superseded = pipe(
          operations,
          filter((other) => other.key === operation.key && (other.kind === "teardown" || other.kind === "query")),
        );
        return pipe(execute(operation), takeUntil(superseded));
      }),
    );
    const others = pipe(
      operations,
      filter((operation) => !isRequest(operation)),
      forward,
    );
    return merge([results, others]);
  };

function isRequest(operation: Operation): boolean {
  return operation.kind === "query" || operation.kind === "mutation";
}

/** The result of an operation; one that is torn down, or asked anew, before it was sent is not sent at all. */
function execute(operation: Operation): Source<OperationResult> {
  return make(({ next, complete }) => {
    const controller = new AbortController();
    send(operation, controller.signal).then((result) => {
      if (controller.signal.aborted) return;
      next(result);
      complete();
    });
    return () => controller.abort();
  });
}

async function send(operation: Operation, canceled: AbortSignal): Promise<OperationResult> {
  let response: Response | undefined;
  try {
    response = await fetch(operation.context.url, {
      method: "POST",
      headers: await headers(),
      body: JSON.stringify(makeFetchBody(operation)),
      signal: AbortSignal.any([canceled, AbortSignal.timeout(timeout)]),
    });
    const result = makeResult(operation, parse(await response.text()) as ExecutionResult, response);
    const requestId = response.headers.get("X-Request-Id") ?? undefined;
    return { ...result, extensions: { ...result.extensions, requestId } };
  } catch (error) {
    return makeErrorResult(operation, error as Error, response);
  }
}

async function headers(): Promise<HeadersInit> {
  const token = await sessionToken();
  return {
    Accept: "application/graphql-response+json, application/json",
    "Content-Type": "application/json",
    ...(token && { Authorization: `Bearer ${token}` }),
  };
}
