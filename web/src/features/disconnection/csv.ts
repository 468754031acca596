import type { HandoffItemFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";

const columns = ["task", "order", "state", "deadline", "sellerCenter", "takenOverAt", "takenOverBy"] as const;

/** The items as CSV (RFC 4180), a line each below a header. */
export function toCSV(items: HandoffItemFragment[]): string {
  const header = columns.map((column) => t(`disconnection.handoff.columns.${column}`));
  const rows = items.map((item) => [
    item.task,
    item.orderId,
    item.state,
    item.dueAt,
    item.url,
    item.acknowledgedAt,
    item.acknowledgedBy?.name,
  ]);
  return [header, ...rows].map((row) => `${row.map(toField).join(",")}\r\n`).join("");
}

/** A name that a spreadsheet would take for a formula is made a text. */
function toField(value: string | null | undefined): string {
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
