package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wanted is a setting that connecting writes. Places in its value may be kept for what TikTok says of the shop.
type wanted struct {
	recorded
	places bool
}

func readWanted(file string) ([]wanted, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var catalogue struct {
		Settings []struct {
			Key, Scope string
			Connected  json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &catalogue); err != nil {
		return nil, err
	}
	var all []wanted
	for _, s := range catalogue.Settings {
		if s.Connected == nil || s.Scope == "ADS" {
			continue
		}
		value, err := canonical(s.Connected)
		if err != nil {
			return nil, err
		}
		all = append(all, wanted{recorded{s.Key, s.Scope, value}, strings.Contains(value, "{shop") || strings.Contains(value, "{region}")})
	}
	slices.SortFunc(all, func(a, b wanted) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

// canonical writes JSON as the product keeps it.
func canonical(text []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	var written strings.Builder
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(written.String(), "\n"), err
}

var authorizationCode = regexp.MustCompile(`^sandbox:([A-Z]{2}):owner:([A-Za-z0-9_-]{1,64})$`)

const (
	selectShops = `SELECT id, store_id, external_id, status FROM accounts
		WHERE kind = 'TIKTOK_SHOP' AND (store_id = $1 OR external_id = $2 AND status = 'CONNECTED')`
	selectOutsideAds = `SELECT key, scope, coalesce(value, ''), updated_by_kind, updated_by_name
		FROM settings WHERE store_id = $1 AND scope <> 'ADS' ORDER BY key`
	openAccount = `WITH ` + theChanges + `,
	opened AS (INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
		VALUES ($10, $1, 'TIKTOK_SHOP', $11, $12, $13, 'CONNECTED', $2, NULL, $3)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, status = excluded.status,
			connected_at = excluded.connected_at, disconnected_at = NULL, epoch_id = excluded.epoch_id),
	epoch AS (INSERT INTO epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
		VALUES ($3, $1, $10, $2, $14, $15, $16)),
	entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at)
		VALUES ($17, $1, $10, 'ACCOUNT_CONNECTED', 'SELLER', $18, $2) RETURNING seq, action),
	` + writeSettings
)

var errConnected = errors.New("this store, or this shop, is connected already")

// connect takes two round trips: read under the lock, then write, commit and read the overview.
func (l *limit) connect(ctx context.Context, to []byte, caller caller, code string) ([]byte, error) {
	parts := authorizationCode.FindStringSubmatch(code)
	if parts == nil || parts[1] != caller.region {
		return to, errors.New("TikTok does not know this authorization code")
	}
	region, shopCode := parts[1], parts[2]
	name := "TikTok Shop " + shopCode
	err := l.alone(ctx, func(conn *pgxpool.Conn) error {
		id, settings, err := lockAndReadShops(ctx, conn, caller, shopCode)
		if err != nil {
			return err
		}
		snapshot, digest := takeSnapshot(settings)
		changes := differences(settings, l.filled(shopCode, name, region), false)
		at, c := now(), columnsOf(changes)
		var batch pgx.Batch
		batch.Queue(openAccount, caller.id, at, newID("epoch"), c.keys, c.scopes, c.before, c.after, c.kinds, c.names,
			id, name, shopCode, region, snapshot, digest, newSalt(), newID("audit"), caller.actor)
		batch.Queue("commit")
		batch.Queue(selectConnected, caller.id)
		return exchange(ctx, conn, &batch, func(answers pgx.BatchResults) (err error) {
			if err := skip(answers, 2); err != nil {
				return err
			}
			to = plain(append(to, `{"data":{"connectTikTokShop":{"account":{"id":`...), id)
			to = plain(append(to, `,"name":`...), name)
			to = plain(append(to, `,"externalId":`...), shopCode)
			to = moment(append(to, `,"status":"CONNECTED","connectedAt":`...), at)
			to = append(to, `},"changes":[`...)
			for _, c := range changes {
				to = plain(append(next(to), `{"key":`...), c.key)
				to = plain(append(to, `,"kind":`...), c.sort())
				to = raw(append(to, `,"before":`...), c.before)
				to = append(raw(append(to, `,"after":`...), c.after), '}')
			}
			to, err = summary(append(to, `],"overview":`...), caller, answers)
			to = append(to, `,"userErrors":[]}}}`...)
			return err
		})
	})
	return to, err
}

// lockAndReadShops returns the id that the account for the shop has or gets, and the settings outside the ads scope.
func lockAndReadShops(ctx context.Context, conn *pgxpool.Conn, caller caller, shopCode string) (id string, settings []setting, err error) {
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(lockStore, caller.id)
	batch.Queue(selectShops, caller.id, shopCode)
	batch.Queue(selectOutsideAds, caller.id)
	id = newID("account")
	connected := false
	err = exchange(ctx, conn, &batch, func(answers pgx.BatchResults) error {
		if err := skip(answers, 2); err != nil {
			return err
		}
		rows, err := answers.Query()
		err = each(rows, err, func(c [][]byte) {
			connected = connected || is(c[3], "CONNECTED")
			if is(c[1], caller.id) && is(c[2], shopCode) {
				id = string(c[0])
			}
		})
		if err != nil {
			return err
		}
		rows, err = answers.Query()
		return each(rows, err, func(c [][]byte) {
			settings = append(settings, setting{string(c[0]), string(c[1]), string(c[2]), string(c[3]), string(c[4])})
		})
	})
	if err == nil && connected {
		err = errConnected
	}
	return id, settings, err
}

// takeSnapshot returns the settings that exist as a document, and its digest.
func takeSnapshot(settings []setting) (document, digest string) {
	to, hash, line := []byte{'['}, sha256.New(), []byte(nil)
	for _, s := range settings {
		if s.value == "" {
			continue
		}
		to = plain(append(next(to), `{"key":`...), s.key)
		to = plain(append(to, `,"scope":`...), s.scope)
		to = append(quote(append(to, `,"value":`...), s.value), '}')
		line = append(append(append(append(line[:0], s.key...), '\t'), s.value...), '\n')
		hash.Write(line)
	}
	return string(append(to, ']')), hex.EncodeToString(hash.Sum(nil))
}

// filled returns what connecting writes for the shop.
func (l *limit) filled(shopCode, name, region string) []recorded {
	filler := strings.NewReplacer("{shopCode}", shopCode, "{shopName}", name, "{region}", region)
	list := make([]recorded, len(l.wanted))
	for i, w := range l.wanted {
		list[i] = w.recorded
		if w.places {
			list[i].Value = filler.Replace(w.Value)
		}
	}
	return list
}

func newSalt() []byte {
	salt := make([]byte, 32)
	_, _ = rand.Read(salt)
	return salt
}
