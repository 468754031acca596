import type { ReactNode } from "react";
import { useParams } from "react-router";
import { useQuery } from "urql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { Dialog, DialogBody } from "../../ui/Dialog";
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
        <QueryResult response={response}>{() => <p>{t("apikeys.notFound")}</p>}</QueryResult>
      </DialogBody>
    </Dialog>
  );
}
