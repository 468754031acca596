import { type ReactNode, useState } from "react";
import type { AnyVariables, UseQueryResponse } from "urql";
import { ErrorBanner } from "../ui/ErrorBanner";
import { Loading } from "../ui/Loading";
import { errorMessage } from "./errorMessage";

interface Props<Data, Variables extends AnyVariables> {
  response: UseQueryResponse<Data, Variables>;
  children(data: Data): ReactNode;
}

/** The state of a query: loading, its data, or an error with a retry button, above the last data there was. */
export function QueryResult<Data, Variables extends AnyVariables>({
  response: [state, refetch],
  children,
}: Props<Data, Variables>) {
  const { data, error, fetching } = state;
  const [lastData, setLastData] = useState(data);
  if (data && data !== lastData) setLastData(data);
  const failed = error && !fetching;
  const shown = data ?? (failed ? lastData : undefined);
  return (
    <>
      {failed && <ErrorBanner {...errorMessage(error)} retry={() => refetch({ requestPolicy: "network-only" })} />}
      {shown ? children(shown) : !failed && <Loading />}
    </>
  );
}
