import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ShopFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { errorMessage } from "../errorMessage";
import styles from "./ShopChoice.module.css";
import type { Connection } from "./useConnect";

graphql(`
  fragment Shop on SandboxShop {
    name
    externalId
    region
    about
    authorizationCode
  }
`);

interface Props {
  shops: ShopFragment[];
  connection: Connection;
  close(): void;
}

/** The form to choose a shop to connect, with the server's refusal. */
export function ShopChoice({ shops, connection, close }: Props) {
  const [code, setCode] = useState(shops[0]?.authorizationCode ?? "");
  const { connect, inFlight, error, refusal } = connection;

  function submit(event?: FormEvent) {
    event?.preventDefault();
    return connect(code);
  }

  return (
    <form onSubmit={submit}>
      <DialogBody>
        <p>This is the sandbox: choose the shop that TikTok would sign you in to.</p>
        <fieldset className={styles.shops}>
          <legend>TikTok Shop account</legend>
          {shops.map((shop) => (
            <label key={shop.authorizationCode} className={styles.shop}>
              <input
                type="radio"
                name="shop"
                checked={shop.authorizationCode === code}
                onChange={() => setCode(shop.authorizationCode)}
              />
              <span>
                <strong>{shop.name}</strong> {shop.region}
                <span className={styles.about}>{shop.about}</span>
              </span>
            </label>
          ))}
        </fieldset>
      </DialogBody>
      <DialogActions>
        {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
        {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
        <Button busy={inFlight} onClick={close}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" busy={inFlight}>
          {inFlight ? "Connecting…" : "Connect"}
        </Button>
      </DialogActions>
    </form>
  );
}
