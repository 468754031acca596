import type { HandoffItemFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { stateText } from "../../i18n/serverText";

const columns = ["task", "order", "state", "deadline", "sellerCenter", "takenOverAt", "takenOverBy"] as const;

/** Tells a spreadsheet that the file is in UTF-8, which it would take for the code page of the machine. */
const byteOrderMark = "\ufeff";

/** The items as CSV (RFC 4180), a line each below a header, in the words of the page. */
export function toCSV(items: HandoffItemFragment[]): string {
  const header = columns.map((column) => t(`disconnection.handoff.columns.${column}`));
  const rows = items.map((item) => [
    t(`disconnection.handoff.tasks.${item.task}`),
    textOfDigits(item.orderId),
    unlikeFormula(stateText(item.state)),
    item.dueAt,
    unlikeFormula(item.url ?? ""),
    item.acknowledgedAt,
    unlikeFormula(item.acknowledgedBy?.name ?? ""),
  ]);
  return byteOrderMark + [header, ...rows].map((row) => `${row.map(toField).join(",")}\r\n`).join("");
}

/**
 * Digits that a spreadsheet keeps: it rounds numbers of more than 15, and takes what a tab stands before for a text. A formula
 * (="…") would do so, too, but is run as one.
 */
function textOfDigits(digits: string): string {
  return `\t${digits}`;
}

/** A text that a spreadsheet would take for a formula is made a text. */
function unlikeFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function toField(value: string | null): string {
  const text = value ?? "";
  return /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
