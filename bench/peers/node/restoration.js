import { createHash } from "node:crypto";

// digest is the SHA-256 of settings that have values, in key order.
export function digest(settings) {
  return createHash("sha256").update(settings.map(({ key, value }) => `${key}\t${value}\n`).join("")).digest("hex");
}

// goJSON writes JSON as the product's encoder does, which the snapshot and the preview's token depend on.
export function goJSON(value) {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

// restoring works out what leads back to the snapshot, which must match its digest.
export function restoring(shop) {
  const snapshot = JSON.parse(shop.snapshot);
  const strange = (s) => s.scope === "ADS" || /[\t\n]/.test(s.key) || /[\t\n]/.test(s.value);
  if (snapshot.some(strange) || digest(snapshot) !== shop.snapshot_digest) throw new Error("the snapshot is damaged");
  return differences(shop.settings ?? [], snapshot, true);
}

// differences lists what has to change for the settings to be as wanted, in key order, as both are. Settings that are
// not wanted go, or stay as they are. One without a value was removed.
export function differences(settings, wanted, removing) {
  const changes = [];
  let i = 0;
  let j = 0;
  while (i < settings.length || j < wanted.length) {
    const [s, w] = [settings[i], wanted[j]];
    if (!w || (s && s.key < w.key)) {
      if (removing && s.value !== null) changes.push(change(s.key, s.scope, s.value, null, s.kind, s.name));
      i++;
    } else if (!s || w.key < s.key) {
      changes.push(change(w.key, w.scope, null, w.value, "SYSTEM", "TikTok Shop integration"));
      j++;
    } else {
      if (s.value !== w.value) changes.push(change(s.key, removing ? s.scope : w.scope, s.value, w.value, s.kind, s.name));
      i++;
      j++;
    }
  }
  return changes;
}

function change(key, scope, before, after, kind, name) {
  const sort = before === null ? "ADDED" : after === null ? "REMOVED" : "UPDATED";
  return { key, scope, kind: sort, before, after, lastChangedBy: { kind, name } };
}
