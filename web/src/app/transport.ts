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

const patience = 12_000; // ms; the server promises an answer within 10 s

/** Sends operations to the server; the digits of numbers are kept both ways. */
export const transport: Exchange =
  ({ forward }) =>
  (operations) => {
    const answers = pipe(
      operations,
      filter(isRequest),
      mergeMap((operation) => {
        const givenUp = pipe(
          operations,
          filter((other) => other.kind === "teardown" && other.key === operation.key),
        );
        return pipe(answerTo(operation), takeUntil(givenUp));
      }),
    );
    const others = pipe(
      operations,
      filter((operation) => !isRequest(operation)),
      forward,
    );
    return merge([answers, others]);
  };

function isRequest(operation: Operation): boolean {
  return operation.kind === "query" || operation.kind === "mutation";
}

/** The answer to an operation; one that is given up before it was sent is not sent at all. */
function answerTo(operation: Operation): Source<OperationResult> {
  return make(({ next, complete }) => {
    const giveUp = new AbortController();
    ask(operation, giveUp.signal).then((result) => {
      if (giveUp.signal.aborted) return;
      next(result);
      complete();
    });
    return () => giveUp.abort();
  });
}

async function ask(operation: Operation, givenUp: AbortSignal): Promise<OperationResult> {
  let response: Response | undefined;
  try {
    response = await fetch(operation.context.url, {
      method: "POST",
      headers: await headers(),
      body: JSON.stringify(makeFetchBody(operation)),
      signal: AbortSignal.any([givenUp, AbortSignal.timeout(patience)]),
    });
    return makeResult(operation, parse(await response.text()) as ExecutionResult, response);
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
