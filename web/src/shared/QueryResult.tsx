import { type ReactNode, useState } from "react";
import type { AnyVariables, UseQueryResponse } from "urql";
import { errorMessage } from "../api/errorMessage";
import { ErrorBanner } from "../ui/ErrorBanner";
import { Loading } from "../ui/Loading";

interface Props<Data, Variables extends AnyVariables> {
  response: UseQueryResponse<Data, Variables>;
  /** Another query of the page: when both have failed, this one's error stands for both, and a retry is one of both. */
  other?: UseQueryResponse | undefined;
  /** Whether the error is told elsewhere on the page. */
  told?: boolean;
  children(data: Data): ReactNode;
}

/** The state of a query: loading, its data, or an error with a retry button, above the last data there was. */
export function QueryResult<Data, Variables extends AnyVariables>({
  response: [state, refetch],
  other,
  told = false,
  children,
}: Props<Data, Variables>) {
  const { data, error, fetching } = state;
  const [lastData, setLastData] = useState(data);
  if (data && data !== lastData) setLastData(data);
  const failed = error && !fetching;
  const shown = data ?? (failed ? lastData : undefined);
  const retry = () => {
    refetch({ requestPolicy: "network-only" });
    if (other?.[0].error) other[1]({ requestPolicy: "network-only" });
  };
  return (
    <>
      {failed && !told && <ErrorBanner {...errorMessage(error)} retry={retry} />}
      {shown ? children(shown) : !failed && <Loading />}
    </>
  );
}
