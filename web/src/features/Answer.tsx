import { type ReactNode, useState } from "react";
import type { AnyVariables, UseQueryResponse } from "urql";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { told } from "./failure";

interface Props<Data, Variables extends AnyVariables> {
  to: UseQueryResponse<Data, Variables>;
  children(data: Data): ReactNode;
}

/** What a query came to: still loading, its data, a failure with another try; that above data which was known before. */
export function Answer<Data, Variables extends AnyVariables>({ to: [state, ask], children }: Props<Data, Variables>) {
  const { data, error, fetching } = state;
  const [known, know] = useState(data);
  if (data && data !== known) know(data);
  const failed = error && !fetching;
  const shown = data ?? (failed ? known : undefined);
  return (
    <>
      {failed && <Failure {...told(error)} again={() => ask({ requestPolicy: "network-only" })} />}
      {shown ? children(shown) : !failed && <Loading />}
    </>
  );
}
