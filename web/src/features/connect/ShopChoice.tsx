import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ShopFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { DialogActions, DialogBody } from "../../ui/Dialog";
import { Failure } from "../../ui/Failure";
import { told } from "../failure";
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

/** Which shop to connect, and what the server says to it. */
export function ShopChoice({ shops, connection, close }: Props) {
  const [code, choose] = useState(shops[0]?.authorizationCode ?? "");
  const { connect, running, error, refusal } = connection;

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
                onChange={() => choose(shop.authorizationCode)}
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
        {refusal && !running && <Banner tone="critical" title={refusal} />}
        {error && !running && <Failure {...told(error)} again={submit} />}
        <Button busy={running} onClick={close}>
          Cancel
        </Button>
        <Button type="submit" look="primary" busy={running}>
          {running ? "Connecting…" : "Connect"}
        </Button>
      </DialogActions>
    </form>
  );
}
