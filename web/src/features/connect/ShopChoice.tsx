import { type FormEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import { graphql } from "../../gql";
import type { ShopFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import styles from "./ShopChoice.module.css";
import type { Connection } from "./useConnect";
import type { Consent } from "./useConsent";

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
  consent: Consent;
  close(): void;
  /** What connecting changes. */
  children: ReactNode;
}

/** The form to choose a shop to connect, none at first, with what is missing or the server's refusal. */
export function ShopChoice({ shops, connection, consent, close, children }: Props) {
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const { connect, error, refusal } = connection;
  const inFlight = connection.inFlight || consent.inFlight;

  function submit(event?: FormEvent) {
    event?.preventDefault();
    setMissing(code === "");
    if (code === "") return first.current?.focus();
    return connect(code);
  }

  function choose(shop: ShopFragment) {
    setCode(shop.authorizationCode);
    setMissing(false);
  }

  return (
    <form onSubmit={submit}>
      <DialogBody>
        {children}
        <p>{t("connect.sandbox.about")}</p>
        <Shops shops={shops} chosen={code} choose={choose} first={first} />
      </DialogBody>
      <DialogActions>
        {missing && <Banner tone="critical" title={t("connect.sandbox.missing")} />}
        {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
        {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
        {consent.refusal && !inFlight && <Banner tone="critical" title={consent.refusal} />}
        {consent.error && !inFlight && <ErrorBanner {...errorMessage(consent.error)} retry={consent.begin} />}
        <Button busy={inFlight} onClick={close}>
          {t("ui.cancel")}
        </Button>
        <Button busy={inFlight} onClick={consent.begin}>
          {t("connect.continue")}
        </Button>
        <Button type="submit" variant="primary" busy={inFlight}>
          {t(connection.inFlight ? "connect.connecting" : "connect.connect")}
        </Button>
      </DialogActions>
    </form>
  );
}

interface ShopsProps {
  shops: ShopFragment[];
  /** The code of the one that is chosen. */
  chosen: string;
  choose(shop: ShopFragment): void;
  first: RefObject<HTMLInputElement | null>;
}

function Shops({ shops, chosen, choose, first }: ShopsProps) {
  return (
    <fieldset className={styles.shops}>
      <legend>{t("connect.sandbox.account")}</legend>
      {shops.map((shop, index) => (
        <label key={shop.authorizationCode} className={styles.shop}>
          <input
            ref={index === 0 ? first : undefined}
            type="radio"
            name="shop"
            checked={shop.authorizationCode === chosen}
            onChange={() => choose(shop)}
          />
          <span>
            <strong>{shop.name}</strong> {shop.region}
            <span lang="en" className={styles.about}>
              {shop.about}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
