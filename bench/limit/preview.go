package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is one as it is read, in key order. Without a value it was removed.
type setting struct{ key, scope, value, kind, name string }

// recorded is one of a snapshot.
type recorded struct {
	Key   string `json:"key"`
	Scope string `json:"scope"`
	Value string `json:"value"`
}

// changed is what becomes of a setting, and who wrote the value it had.
type changed struct{ key, scope, before, after, kind, name string }

func (c changed) sort() string {
	switch {
	case c.before == "":
		return "ADDED"
	case c.after == "":
		return "REMOVED"
	default:
		return "UPDATED"
	}
}

// account is an account with its epoch and, when it is a connected shop, the settings outside the ads scope.
type account struct {
	id, name, kind, status, region string
	epoch, digest, snapshot        string
	openedAt                       time.Time
	salt                           []byte
	settings                       []setting
}

func (a account) connectedShop() bool { return a.kind == "TIKTOK_SHOP" && a.status == "CONNECTED" }

const selectWhole = `SELECT a.id, a.name, a.kind, a.status, a.region, e.id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt,
		s.keys, s.scopes, s.values, s.kinds, s.names
	FROM accounts a LEFT JOIN epochs e ON e.id = a.epoch_id
	LEFT JOIN LATERAL (SELECT array_agg(key) AS keys, array_agg(scope) AS scopes, array_agg(value) AS values,
		array_agg(updated_by_kind) AS kinds, array_agg(updated_by_name) AS names
		FROM settings WHERE store_id = a.store_id AND scope <> 'ADS') s ON a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
	WHERE a.store_id = $1 ORDER BY a.connected_at DESC, a.id DESC`

func scanWhole(c [][]byte) account {
	a := account{id: string(c[0]), name: string(c[1]), kind: string(c[2]), status: string(c[3]), region: string(c[4])}
	if c[5] != nil {
		a.epoch, a.openedAt, a.snapshot, a.digest, a.salt = string(c[5]), timeOf(c[6]), string(c[7]), string(c[8]), slices.Clone(c[9])
	}
	keys, scopes, values, kinds, names := texts(c[10]), texts(c[11]), texts(c[12]), texts(c[13]), texts(c[14])
	a.settings = make([]setting, len(keys))
	for i, key := range keys {
		a.settings[i] = setting{key, scopes[i], values[i], kinds[i], names[i]}
	}
	slices.SortFunc(a.settings, func(a, b setting) int { return cmp.Compare(a.key, b.key) })
	return a
}

var errDamaged = errors.New("the snapshot is damaged")

// restoring works out what leads back to the snapshot, which must match its digest.
func (a account) restoring() ([]changed, error) {
	var snapshot []recorded
	if err := json.Unmarshal([]byte(a.snapshot), &snapshot); err != nil {
		return nil, errDamaged
	}
	hash := sha256.New()
	var line []byte
	for _, r := range snapshot {
		if r.Scope == "ADS" || strings.ContainsAny(r.Key, "\t\n") || strings.ContainsAny(r.Value, "\t\n") {
			return nil, errDamaged
		}
		line = append(append(append(append(line[:0], r.Key...), '\t'), r.Value...), '\n')
		hash.Write(line)
	}
	if hex.EncodeToString(hash.Sum(nil)) != a.digest {
		return nil, errDamaged
	}
	return differences(a.settings, snapshot, true), nil
}

// differences lists what has to change for the settings to be as wanted, in key order, as both are. Settings that are
// not wanted go, or stay as they are.
func differences(settings []setting, wanted []recorded, removing bool) []changed {
	changes := make([]changed, 0, len(settings))
	for len(settings) > 0 || len(wanted) > 0 {
		switch {
		case len(wanted) == 0 || len(settings) > 0 && settings[0].key < wanted[0].Key:
			if s := settings[0]; removing && s.value != "" {
				changes = append(changes, changed{s.key, s.scope, s.value, "", s.kind, s.name})
			}
			settings = settings[1:]
		case len(settings) == 0 || wanted[0].Key < settings[0].key:
			w := wanted[0]
			changes = append(changes, changed{w.Key, w.Scope, "", w.Value, "SYSTEM", "TikTok Shop integration"})
			wanted = wanted[1:]
		default:
			s, w := settings[0], wanted[0]
			if removing {
				w.Scope = s.scope
			}
			if s.value != w.Value {
				changes = append(changes, changed{s.key, w.Scope, s.value, w.Value, s.kind, s.name})
			}
			settings, wanted = settings[1:], wanted[1:]
		}
	}
	return changes
}

func (l *limit) preview(ctx context.Context, to []byte, caller caller) ([]byte, error) {
	to = append(to, `{"data":{"accounts":[`...)
	rows, err := l.reads.Query(ctx, selectWhole, caller.id)
	err = each(rows, err, func(c [][]byte) {
		a := scanWhole(c)
		to = plain(append(next(to), `{"id":`...), a.id)
		to = quote(append(to, `,"name":`...), a.name)
		to = plain(append(to, `,"status":`...), a.status)
		to = append(to, `,"disconnectPreview":`...)
		changes, damaged := []changed(nil), error(nil)
		if a.connectedShop() {
			changes, damaged = a.restoring()
		}
		if !a.connectedShop() || damaged != nil {
			to = append(to, `null}`...)
			return
		}
		to = append(shown(to, caller.region, a, changes), `}`...)
	})
	return append(to, `]}}`...), err
}

// shown appends a preview. Its token is a keyed hash of all of it, in the product's form.
func shown(to []byte, region string, a account, changes []changed) []byte {
	warned := warnings(nil, region, a, changes)
	hashed := plain(append(make([]byte, 0, 8<<10), `{"Epoch":`...), a.epoch)
	hashed = moment(append(hashed, `,"TakenAt":`...), a.openedAt)
	hashed = append(append(append(hashed, `,"Warnings":[`...), warned...), `],"Changes":[`...)
	for _, c := range changes {
		hashed = c.hashed(next(hashed))
	}
	hashed = append(hashed, `]}`...)
	mac := hmac.New(sha256.New, a.salt)
	mac.Write(hashed)

	to = append(to, `{"token":"`...)
	to = base64.RawURLEncoding.AppendEncode(to, mac.Sum(nil))
	to = moment(append(to, `","snapshotTakenAt":`...), a.openedAt)
	to = append(append(append(to, `,"warnings":[`...), warned...), `],"changes":[`...)
	for _, c := range changes {
		to = change(next(to), c.key, c.scope, c.before, c.after, c.kind, c.name)
	}
	return append(to, `]}`...)
}

func (c changed) hashed(to []byte) []byte {
	to = plain(append(to, `{"key":`...), c.key)
	to = plain(append(to, `,"scope":`...), c.scope)
	to = plain(append(to, `,"kind":`...), c.sort())
	to = quote(append(to, `,"before":`...), c.before)
	to = quote(append(to, `,"after":`...), c.after)
	to = plain(append(to, `,"lastChangedBy":{"kind":`...), c.kind)
	return append(quote(append(to, `,"name":`...), c.name), `}}`...)
}

// change appends a change as the API tells it.
func change(to []byte, key, scope, before, after, kind, name string) []byte {
	to = plain(append(to, `{"key":`...), key)
	to = plain(append(to, `,"scope":`...), scope)
	to = plain(append(to, `,"kind":`...), changed{before: before, after: after}.sort())
	to = raw(append(to, `,"before":`...), before)
	to = raw(append(to, `,"after":`...), after)
	to = plain(append(to, `,"lastChangedBy":{"kind":`...), kind)
	return append(quote(append(to, `,"name":`...), name), `}}`...)
}

func warnings(to []byte, region string, a account, changes []changed) []byte {
	to = quote(append(to, `{"code":"SETTINGS_RESTORED","message":`...), restored(a.openedAt, changes))
	to = append(strconv.AppendInt(append(to, `,"count":`...), int64(len(changes)), 10), '}')
	var edited []string
	for _, c := range changes {
		if c.kind != "SYSTEM" {
			edited = append(edited, c.key)
		}
	}
	if len(edited) > 0 {
		to = quote(append(to, `,{"code":"EDITED_SINCE_CONNECTING","message":`...), lost(edited))
		to = append(strconv.AppendInt(append(to, `,"count":`...), int64(len(edited)), 10), '}')
	}
	to = append(to, `,{"code":"ADS_UNAFFECTED","message":"TikTok for Business stays as it is: its accounts and ads settings are not touched.","count":null}`...)
	to = quote(append(to, `,{"code":"ORDERS_MOVE_TO_SELLER_CENTER","message":`...), "Fulfillment, cancellations, returns and refunds of "+a.name+
		" are no longer done in Shopify, only in TikTok Seller Center: "+sellerCenter(region, a.region)+".")
	return append(to, `,"count":null}`...)
}

func restored(openedAt time.Time, changes []changed) string {
	taken := openedAt.Format("2 January 2006, 15:04 UTC")
	if len(changes) == 0 {
		return "All settings are already as they were before TikTok Shop was connected (" + taken + ")."
	}
	var updated, added, removed int
	for _, c := range changes {
		switch c.sort() {
		case "ADDED":
			added++
		case "REMOVED":
			removed++
		default:
			updated++
		}
	}
	words := "settings go back to what they were"
	if len(changes) == 1 {
		words = "setting goes back to what it was"
	}
	return fmt.Sprintf("%d %s before TikTok Shop was connected (%s): %d restored, %d re-created, %d removed.", len(changes), words, taken, updated, added, removed)
}

func lost(edited []string) string {
	list := strings.Join(edited[:min(5, len(edited))], ", ")
	if len(edited) > 5 {
		list += fmt.Sprintf(" and %d more", len(edited)-5)
	}
	words := "were"
	if len(edited) == 1 {
		words = "was"
	}
	return fmt.Sprintf("%d of them %s edited after connecting and will lose the edit; it stays readable in the record: %s.", len(edited), words, list)
}
