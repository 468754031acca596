import type { ReactNode } from "react";
import { useParams } from "react-router";
import { useQuery } from "urql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { QueryResult } from "../QueryResult";
import { ApiKeysQuery } from "./ApiKeysPage";

interface Props {
  title: string;
  close(): void;
  children(apiKey: ApiKeyFragment): ReactNode;
}

/** Finds the key that the address names, for a dialog of its own. */
export function KeyDialog({ title, close, children }: Props) {
  const { keyId } = useParams();
  const response = useQuery({ query: ApiKeysQuery });
  const apiKey = response[0].data?.apiKeys.find(({ id }) => id === keyId);
  if (apiKey) return children(apiKey);
  return (
    <Dialog title={title} onClose={close}>
      <DialogBody>
        <QueryResult response={response}>{() => <p>This store has no such key, or has it no longer.</p>}</QueryResult>
      </DialogBody>
    </Dialog>
  );
}
