package models

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DisconnectPreview is what disconnecting would do now.
type DisconnectPreview struct {
	Token           string
	SnapshotTakenAt time.Time
	Warnings        []DisconnectWarning
	Changes         []SettingChange // in key order; settings that already match are left out
	Edits           []SettingChange // what of them undoes edits by hand: of a list or a map only the entries that do

	ObservedAt       time.Time              // when the store was last read
	Exceptions       []RestorationException // that are foreseen
	EstimatedSeconds *int32                 // nil when it is done at once
	OpenOrders       HandoffSummary         // at TikTok, as far as it said

	LeavingProductCount int32 // products that are published to the channel, and will not be
}

// DisconnectWarning is one thing the seller should know before confirming.
type DisconnectWarning struct {
	Code    DisconnectWarningCode `json:"code"`
	Message string                `json:"message"`
	Count   *int32                `json:"count"` // of settings; nil when it counts nothing
}

// DisconnectWarningCode tells warnings apart.
type DisconnectWarningCode string

// The warnings.
const (
	SettingsRestored         DisconnectWarningCode = "SETTINGS_RESTORED"
	EditedSinceConnecting    DisconnectWarningCode = "EDITED_SINCE_CONNECTING"
	AdsUnaffected            DisconnectWarningCode = "ADS_UNAFFECTED"
	OrdersMoveToSellerCenter DisconnectWarningCode = "ORDERS_MOVE_TO_SELLER_CENTER"
	CannotBeRestored         DisconnectWarningCode = "CANNOT_BE_RESTORED"
	PublishedSinceConnecting DisconnectWarningCode = "PUBLISHED_SINCE_CONNECTING"
	OpenOrdersWarning        DisconnectWarningCode = "OPEN_ORDERS"
)

// PreviewDisconnect works out what disconnecting the account would do to the settings. It is nil when the account
// cannot be disconnected: it is not a connected shop, or its snapshot is damaged.
func PreviewDisconnect(store Store, account *Account, settings []Setting) *DisconnectPreview {
	if !account.Connected() {
		return nil
	}
	preview, intact := previewRestoration(store, account, settings)
	if !intact {
		return nil
	}
	preview.Token = preview.token(account.Epoch)
	return preview
}

func previewRestoration(store Store, account *Account, settings []Setting) (preview *DisconnectPreview, intact bool) {
	snapshot, readable := account.Epoch.Recorded()
	drift := account.Epoch.drift()
	changes := snapshot.foreseen(drift).ChangesFrom(settings)
	edits := LostEdits(changes, account.Epoch.SystemWrites)
	open := account.Epoch.openOrders()
	preview = &DisconnectPreview{
		SnapshotTakenAt: snapshot.TakenAt,
		Warnings: append(warnings(store, account, snapshot, changes, edits, drift),
			open.warnings(SellerCenterURL(store.Region, account.Region), account.TikTokProblem == TikTokAccessLost)...),
		Changes:          changes,
		Edits:            edits,
		ObservedAt:       observedAt(settings, snapshot.TakenAt),
		Exceptions:       append([]RestorationException{}, drift.Exceptions[:min(len(drift.Exceptions), maxForeseen)]...),
		EstimatedSeconds: drift.estimatedSeconds(),
		OpenOrders:       summarize(open.Counts, open.NextDueAt),

		LeavingProductCount: leavingProducts(changes),
	}
	return preview, readable && snapshot.Intact()
}

// leavingProducts counts the products that the changes take off the channel.
func leavingProducts(changes []SettingChange) int32 {
	count := int32(0)
	for _, change := range changes {
		if change.Key != KeyPublished {
			continue
		}
		stays := entriesOf(KeyPublished, change.After)
		for product := range entriesOf(KeyPublished, change.Before) {
			if stays[product] == "" {
				count++
			}
		}
	}
	return count
}

// token is an HMAC over everything the preview shows, under the epoch's random salt: it can be neither turned
// back, nor tried out on guessed contents, nor made for another store's epoch. Open orders are left out: they come and go while a
// seller reads, and disconnecting restores none.
func (p *DisconnectPreview) token(epoch *Epoch) string {
	ofSettings := slices.DeleteFunc(slices.Clone(p.Warnings), func(w DisconnectWarning) bool { return w.Code == OpenOrdersWarning })
	shown, err := json.Marshal(struct {
		Epoch      string
		TakenAt    time.Time
		Warnings   []DisconnectWarning
		Changes    []SettingChange
		Exceptions []RestorationException `json:",omitempty"`
	}{epoch.ID, p.SnapshotTakenAt, ofSettings, withDigests(p.Changes), p.Exceptions})
	if err != nil {
		panic("models: a preview is always JSON: " + err.Error())
	}
	mac := hmac.New(sha256.New, epoch.PreviewSalt)
	mac.Write(shown)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// longValue is how many bytes a value has at least of which the token holds the digest.
const longValue = 4 << 10

// withDigests returns the changes with digests, which are no JSON, in place of long values: to encode one of megabytes takes many
// times its room.
func withDigests(changes []SettingChange) []SettingChange {
	changes = slices.Clone(changes)
	for i := range changes {
		for _, value := range []*Value{&changes[i].Before, &changes[i].After} {
			if len(*value) >= longValue {
				hash := sha256.New()
				writeText(hash, string(*value))
				*value = Value("sha256:" + hex.EncodeToString(hash.Sum(nil)))
			}
		}
	}
	return changes
}

// observedAt is when the store was last read: for the snapshot, when it was not since.
func observedAt(settings []Setting, snapshotTakenAt time.Time) time.Time {
	last := snapshotTakenAt
	for _, setting := range settings {
		if setting.Scope == ScopeStore && setting.ObservedAt != nil && setting.ObservedAt.After(last) {
			last = *setting.ObservedAt
		}
	}
	return last
}

func warnings(store Store, account *Account, snapshot Snapshot, changes, edits []SettingChange, drift Drift) []DisconnectWarning {
	list := []DisconnectWarning{warnOfRestoring(snapshot, changes)}
	if len(edits) > 0 {
		list = append(list, warnOfEdits(edits, drift))
	}
	list = append(list, warningsOfDrift(drift)...)
	return append(list,
		DisconnectWarning{Code: AdsUnaffected, Message: "TikTok for Business stays as it is: its accounts and ads settings are not touched."},
		DisconnectWarning{Code: OrdersMoveToSellerCenter, Message: "Fulfillment, cancellations, returns and refunds of " + account.Name +
			" are no longer done in Shopify, only in TikTok Seller Center: " + SellerCenterURL(store.Region, account.Region) + "."},
	)
}

func warnOfRestoring(snapshot Snapshot, changes []SettingChange) DisconnectWarning {
	counts := map[SettingChangeKind]int{}
	for _, change := range changes {
		counts[change.Kind]++
	}
	taken := inUTC(snapshot.TakenAt)
	message := "All settings are already as they were before TikTok Shop was connected (" + taken + ")."
	if len(changes) > 0 {
		message = fmt.Sprintf("%d %s before TikTok Shop was connected (%s): %d restored, %d re-created, %d removed.",
			len(changes), plural(len(changes), "setting goes back to what it was", "settings go back to what they were"), taken,
			counts[SettingUpdated], counts[SettingAdded], counts[SettingRemoved])
	}
	return DisconnectWarning{Code: SettingsRestored, Message: message, Count: count(len(changes))}
}

func warnOfEdits(edits []SettingChange, drift Drift) DisconnectWarning {
	const named = 5
	titles := make([]string, min(named, len(edits)))
	for i := range titles {
		titles[i] = SettingTitle(edits[i].Key)
	}
	list := strings.Join(titles, ", ")
	if len(edits) > named {
		list += fmt.Sprintf(" and %d more", len(edits)-named)
	}
	except := ""
	isEdited := func(e RestorationException) bool {
		return slices.ContainsFunc(edits, func(edit SettingChange) bool { return edit.Key == e.Key })
	}
	if slices.ContainsFunc(drift.Exceptions, isEdited) {
		except = ", but for what cannot go back" // such as a location that was deactivated
	}
	message := fmt.Sprintf("%d of them %s edited after connecting and will lose the edit%s; it stays readable in the record: %s.",
		len(edits), plural(len(edits), "was", "were"), except, list)
	return DisconnectWarning{Code: EditedSinceConnecting, Message: message, Count: count(len(edits))}
}

func warningsOfDrift(drift Drift) (list []DisconnectWarning) {
	if n := drift.ExceptionCount; n > 0 {
		list = append(list, DisconnectWarning{Code: CannotBeRestored, Count: count(n), Message: fmt.Sprintf(
			"%d %s cannot go back: %s. Everything else does.", n, plural(n, "entry", "entries"), strings.Join(reasonsIn(drift.Exceptions), "; "))})
	}
	if n := drift.PublishedSince; n > 0 {
		list = append(list, DisconnectWarning{Code: PublishedSinceConnecting, Count: count(n), Message: fmt.Sprintf(
			"%d %s to the TikTok channel after connecting, and will be taken off it.",
			n, plural(n, "product was published", "products were published"))})
	}
	return list
}

// reasonsIn are why entries cannot be restored, in words: each reason once.
func reasonsIn(exceptions []RestorationException) []string {
	words := []struct {
		reason RestorationExceptionReason
		words  string
	}{
		{AppUninstalled, "the app was uninstalled from the store, and what it had there went with it"},
		{ResourceDeleted, "what was deleted in the store"},
		{LocationInactive, "a location that is deactivated"},
		{OnlyOnlineLocation, "the last location that fulfills online orders, which Shopify keeps on"},
		{NotWritable, "what Shopify does not let the app change"},
	}
	var reasons []string
	for _, of := range words {
		if slices.ContainsFunc(exceptions, func(e RestorationException) bool { return e.Reason == of.reason }) {
			reasons = append(reasons, of.words)
		}
	}
	return reasons
}

func count(n int) *int32 {
	counted := int32(n)
	return &counted
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
