import { createHmac } from "node:crypto";
import { reads } from "./database.js";
import { selectShop } from "./disconnect.js";
import { sellerCenter } from "./orders.js";
import { goJSON, restoring } from "./restoration.js";
import { titles } from "./wanted.js";

// preview says what disconnecting would do; null when the account cannot be disconnected.
export async function preview(caller, account) {
  if (account.kind !== "TIKTOK_SHOP" || account.status !== "CONNECTED") return null;
  const shop = (await reads.query(selectShop([caller.storeId]))).rows[0];
  if (shop?.id !== account.id) return null; // disconnected meanwhile
  let changes;
  try {
    changes = restoring(shop);
  } catch {
    return null;
  }
  const warnings = warn(caller, shop, changes);
  return { token: tokenOf(shop, warnings, changes), snapshotTakenAt: shop.opened_at, warnings, changes };
}

// tokenOf is a keyed hash of all that is shown, in the product's form.
function tokenOf(shop, warnings, changes) {
  const shown = changes.map((c) => ({ ...c, before: c.before ?? "", after: c.after ?? "" }));
  const text = goJSON({ Epoch: shop.epoch, TakenAt: shop.opened_at, Warnings: warnings, Changes: shown });
  return createHmac("sha256", shop.preview_salt).update(text).digest("base64url");
}

function warn(caller, shop, changes) {
  const edited = changes.filter((c) => c.lastChangedBy.kind !== "SYSTEM").map((c) => titles[c.key] ?? c.key);
  const warnings = [{ code: "SETTINGS_RESTORED", message: restored(shop.opened_at, changes), count: changes.length }];
  if (edited.length > 0) warnings.push({ code: "EDITED_SINCE_CONNECTING", message: lost(edited), count: edited.length });
  const center = sellerCenter(caller.region, shop.region);
  return warnings.concat(
    {
      code: "ADS_UNAFFECTED",
      message: "TikTok for Business stays as it is: its accounts and ads settings are not touched.",
      count: null,
    },
    {
      code: "ORDERS_MOVE_TO_SELLER_CENTER",
      message: `Fulfillment, cancellations, returns and refunds of ${shop.name} are no longer done in Shopify, only in TikTok Seller Center: ${center}.`,
      count: null,
    },
  );
}

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

function restored(openedAt, changes) {
  const taken = `${Number(openedAt.slice(8, 10))} ${months[openedAt.slice(5, 7) - 1]} ${openedAt.slice(0, 4)}, ${openedAt.slice(11, 16)} UTC`;
  if (changes.length === 0) return `All settings are already as they were before TikTok Shop was connected (${taken}).`;
  const count = (kind) => changes.filter((c) => c.kind === kind).length;
  const words = changes.length === 1 ? "setting goes back to what it was" : "settings go back to what they were";
  return (
    `${changes.length} ${words} before TikTok Shop was connected (${taken}): ` +
    `${count("UPDATED")} restored, ${count("ADDED")} re-created, ${count("REMOVED")} removed.`
  );
}

function lost(edited) {
  const more = edited.length > 5 ? ` and ${edited.length - 5} more` : "";
  const words = edited.length === 1 ? "was" : "were";
  return (
    `${edited.length} of them ${words} edited after connecting and will lose the edit; ` +
    `it stays readable in the record: ${edited.slice(0, 5).join(", ")}${more}.`
  );
}
