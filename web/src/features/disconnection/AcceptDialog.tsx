import { type FormEvent, useState } from "react";
import { useParams } from "react-router";
import { useQuery } from "urql";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { QueryResult } from "../../shared/QueryResult";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";

const AcceptMutation = graphql(`
  mutation AcceptExceptions($id: ID!, $key: String!) {
    acceptExceptions(disconnectionId: $id, confirm: true) @idempotent(key: $key) {
      disconnection {
        ...DisconnectionProgress
        account {
          id
          status
          disconnectedAt
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const AcceptableQuery = graphql(`
  query Acceptable($id: ID!) {
    disconnection(id: $id) {
      id
      status
    }
  }
`);

/** Asks whether a blocked disconnect is to end as the store is now; of any other there is nothing to accept. */
export function AcceptDialog() {
  const { id = "" } = useParams();
  const record = `/activity/disconnections/${encodeURIComponent(id)}`;
  const close = useCloseDialog(record);
  const acceptance = useAccept(id, record);
  const response = useQuery({ query: AcceptableQuery, variables: { id } });
  return (
    <Dialog title={t("disconnection.accept.title")} busy={acceptance.inFlight} onClose={close}>
      <QueryResult response={response}>
        {({ disconnection }) =>
          disconnection?.status === "BLOCKED" || acceptance.inFlight ? (
            <Question acceptance={acceptance} close={close} />
          ) : (
            <Nothing complete={disconnection?.status === "COMPLETE"} found={disconnection !== null} close={close} />
          )
        }
      </QueryResult>
    </Dialog>
  );
}

/** Why there is nothing to accept. */
function Nothing({ complete, found, close }: { complete: boolean; found: boolean; close(): void }) {
  const why = complete ? "disconnection.accept.complete" : "disconnection.accept.goesOn";
  return (
    <>
      <DialogBody>
        <p>{t(found ? why : "disconnection.notFound")}</p>
      </DialogBody>
      <DialogActions>
        <Button onClick={close}>{t("ui.close")}</Button>
      </DialogActions>
    </>
  );
}

function Question({ acceptance, close }: { acceptance: ReturnType<typeof useAccept>; close(): void }) {
  const { accept, inFlight, error, refusal } = acceptance;

  function submit(event?: FormEvent) {
    event?.preventDefault();
    return accept();
  }

  return (
    <form onSubmit={submit}>
      <DialogBody>
        <p>{t("disconnection.accept.about")}</p>
      </DialogBody>
      <DialogActions>
        {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
        {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
        <Button busy={inFlight} onClick={close}>
          {t("ui.cancel")}
        </Button>
        <Button type="submit" variant="critical" busy={inFlight}>
          {t(inFlight ? "disconnection.accept.accepting" : "disconnection.accept.accept")}
        </Button>
      </DialogActions>
    </form>
  );
}

function useAccept(id: string, record: string) {
  const { send, inFlight, error } = useIdempotentMutation(AcceptMutation);
  const [refusal, setRefusal] = useState<string>();
  const startOutcome = useOutcome();

  async function accept() {
    const outcome = startOutcome();
    const payload = (await send({ id }))?.acceptExceptions;
    if (!payload) return outcome.failed(t("disconnection.accept.unknown"));
    const [userError] = payload.userErrors;
    const refused = userError && refusalText("acceptExceptions", userError);
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded(undefined, record);
  }

  return { accept, inFlight, error, refusal };
}
