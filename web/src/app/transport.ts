import { makeFetchBody } from "@urql/core/internal";
import {
  type Exchange,
  type ExecutionResult,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
} from "urql";
import { filter, fromPromise, merge, mergeMap, pipe, takeUntil } from "wonka";
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
        return pipe(fromPromise(ask(operation)), takeUntil(givenUp));
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

async function ask(operation: Operation): Promise<OperationResult> {
  let response: Response | undefined;
  try {
    response = await fetch(operation.context.url, {
      method: "POST",
      headers: await headers(),
      body: JSON.stringify(makeFetchBody(operation)),
      signal: AbortSignal.timeout(patience),
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
