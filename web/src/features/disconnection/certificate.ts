import type { RecordFragment } from "../../gql/graphql";
import { formatUTC } from "../../i18n/format";
import { locale, t } from "../../i18n/messages";
import type { Json } from "../../json";
import { byActor } from "../../shared/actor";
import { titleOf } from "../../shared/values/titleOf";
import { type NameOf, named, valueText } from "../../shared/values/words";

type Restoration = RecordFragment["restoration"];

/** How a restoration ended, in a sentence. */
export function outcomeOf({ snapshotDigest, restoredDigest, exceptions }: Restoration): string {
  const count = exceptions.totalCount;
  if (restoredDigest === null)
    return count > 0 ? t("disconnection.outcome.notReadExceptions", { count }) : t("disconnection.outcome.notRead");
  if (count > 0) return t("disconnection.outcome.exceptions", { count });
  return t(restoredDigest === snapshotDigest ? "disconnection.outcome.whole" : "disconnection.outcome.different");
}

export interface CertificateFacts {
  record: RecordFragment;
  store: { name: string; domain: string };
  /** Names of products and locations. */
  nameOf: NameOf;
  /** What `handback verify` finds in the page; nothing where the program signs nothing. */
  signed?: { document: string; signature: string; keyId: string } | null | undefined;
}

/** A page of its own that says what a disconnect has done, to be kept or printed: it needs neither this program nor a network. */
export function certificate({ record, store, nameOf, signed }: CertificateFacts): string {
  const { account, restoration } = record;
  const { exceptions, snapshotDigest, restoredDigest, snapshotTakenAt, verifiedAt } = restoration;
  const facts: [name: string, text: string][] = [
    [t("disconnection.certificate.store"), `${store.name} (${store.domain})`],
    [t("disconnection.certificate.shop"), `${account.name} (${account.externalId}, ${account.region})`],
    [t("disconnection.certificate.disconnected"), `${inUTC(record.disconnectedAt)}, ${byActor(record.disconnectedBy)}`],
    [t("disconnection.certificate.complete"), inUTC(record.completedAt)],
    [t("disconnection.certificate.recorded"), `${snapshotDigest} (${inUTC(snapshotTakenAt)})`],
    [
      t("disconnection.certificate.readBack"),
      restoredDigest ? `${restoredDigest} (${inUTC(verifiedAt)})` : t("disconnection.certificate.notReadBack"),
    ],
    [t("disconnection.certificate.record"), record.id],
  ];
  const title = t("disconnection.certificate.title", { account: account.name, store: store.name });
  const equality = exceptions.totalCount > 0 ? "withoutExceptions" : "equal";
  return `<!doctype html>
<html lang="${locale()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHTML(title)}</title>
<style>${style}</style>
<h1>${escapeHTML(title)}</h1>
<p><strong>${escapeHTML(outcomeOf(restoration))}</strong></p>
<dl>
${facts.map(([name, text]) => `<dt>${escapeHTML(name)}</dt><dd>${escapeHTML(text)}</dd>`).join("\n")}
</dl>
<h2>${escapeHTML(t("disconnection.certificate.howToCheck"))}</h2>
<p>${escapeHTML(t("disconnection.proof.howToCheck"))} ${escapeHTML(t(`disconnection.certificate.${equality}`))}</p>
<h2>${escapeHTML(t("disconnection.certificate.notPutBack"))}</h2>
${exceptions.totalCount === 0 ? `<p>${escapeHTML(t("disconnection.certificate.nothing"))}</p>` : listOf(exceptions, nameOf)}${signed ? signatureOf(signed) : ""}
</html>
`;
}

const style =
  "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}h1{font-size:1.375rem}h2{font-size:1.0625rem}dt{color:#555}dd{margin:0 0 .5rem}";

/** The signed statement, for programs: they look for a script of this type and id. */
function signatureOf(signed: NonNullable<CertificateFacts["signed"]>): string {
  const { document, signature, keyId } = signed;
  return `
<h2>${escapeHTML(t("disconnection.certificate.signature"))}</h2>
<p>${escapeHTML(t("disconnection.certificate.signedBy", { key: keyId }))}</p>
<script type="application/json" id="certificate">${JSON.stringify({ document, signature, keyId }).replaceAll("<", "\\u003c")}</script>`;
}

function listOf({ nodes, totalCount }: Restoration["exceptions"], nameOf: NameOf): string {
  const items = nodes.map(({ key, entry, reason, recorded, present, definition }) => {
    const name = [titleOf({ key, definition }), ...(entry === null ? [] : [named(entry, nameOf)])].join(": ");
    const text = t("disconnection.certificate.entry", {
      name,
      reason: t(`shared.exceptions.reasons.${reason}`),
      recorded: inLine(key, recorded, nameOf),
      present: inLine(key, present, nameOf),
    });
    return `<li>${escapeHTML(text)}</li>`;
  });
  const listed = t("shared.exceptions.someListed", { listed: nodes.length, count: totalCount });
  const more = totalCount > nodes.length ? `<p>${escapeHTML(listed)}</p>` : "";
  return `<ul>\n${items.join("\n")}\n</ul>${more}`;
}

function inLine(key: string, value: Json, nameOf: NameOf): string {
  return value === null ? t("disconnection.certificate.notSet") : valueText(key, value, nameOf);
}

/** For readers in any time zone. */
function inUTC(at: string | null): string {
  return at === null ? t("disconnection.certificate.notYet") : formatUTC(new Date(at));
}

function escapeHTML(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
