package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	closeAccount = `WITH ` + theChanges + `,
	closed AS (UPDATE accounts SET status = 'DISCONNECTED', disconnected_at = $2 WHERE id = $10 AND status = 'CONNECTED' RETURNING id),
	entry AS (INSERT INTO audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at)
		SELECT $11, $1, closed.id, 'ACCOUNT_DISCONNECTED', 'SELLER', $12, $2 FROM closed RETURNING seq, action),
	` + writeSettings
	// addRecord reads the settings back. Another digest than the snapshot's becomes NULL, which the table refuses.
	addRecord = `INSERT INTO disconnections (id, store_id, epoch_id, entry_seq, restored_digest)
	SELECT $1, $2, $3, (SELECT seq FROM audit_entries WHERE id = $4), CASE WHEN d.digest = $5 THEN d.digest END
	FROM (SELECT encode(sha256(convert_to(coalesce(string_agg(key || E'\t' || value || E'\n', '' ORDER BY key), ''), 'UTF8')), 'hex') AS digest
		FROM settings WHERE store_id = $2 AND scope <> 'ADS' AND value IS NOT NULL) d RETURNING restored_digest`
)

var errNotConnected = errors.New("no TikTok Shop is connected")

// disconnect takes two round trips: read under the lock, then write, prove, commit and read the overview.
func (l *limit) disconnect(ctx context.Context, to []byte, caller caller) ([]byte, error) {
	err := l.alone(ctx, func(conn *pgxpool.Conn) error {
		shop, err := lockAndReadShop(ctx, conn, caller)
		if err != nil {
			return err
		}
		changes, err := shop.restoring()
		if err != nil {
			return err
		}
		record, entry, at, c := newID("disconnection"), newID("audit"), now(), columnsOf(changes)
		var batch pgx.Batch
		batch.Queue(closeAccount, caller.id, at, shop.epoch, c.keys, c.scopes, c.before, c.after, c.kinds, c.names, shop.id, entry, caller.actor)
		batch.Queue(addRecord, record, caller.id, shop.epoch, entry, shop.digest)
		batch.Queue("commit")
		batch.Queue(selectConnected, caller.id)
		return exchange(ctx, conn, &batch, func(answers pgx.BatchResults) (err error) {
			var digest string
			if err := skip(answers, 1); err != nil {
				return err
			}
			if err := answers.QueryRow().Scan(&digest); err != nil {
				return err
			}
			if err := skip(answers, 1); err != nil {
				return err
			}
			to = plain(append(to, `{"data":{"disconnectTikTokShop":{"account":{"id":`...), shop.id)
			to = moment(append(to, `,"status":"DISCONNECTED","disconnectedAt":`...), at)
			to = plain(append(to, `},"disconnection":{"id":`...), record)
			to = moment(append(to, `,"disconnectedAt":`...), at)
			to = moment(append(to, `,"restoration":{"snapshotTakenAt":`...), shop.openedAt)
			to = plain(append(to, `,"snapshotDigest":`...), shop.digest)
			to = plain(append(to, `,"restoredDigest":`...), digest)
			to, err = summary(append(to, `}},"overview":`...), caller, answers)
			to = append(to, `,"userErrors":[]}}}`...)
			return err
		})
	})
	return to, err
}

func lockAndReadShop(ctx context.Context, conn *pgxpool.Conn, caller caller) (shop account, err error) {
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(lockStore, caller.id)
	batch.Queue(selectWhole, caller.id)
	err = exchange(ctx, conn, &batch, func(answers pgx.BatchResults) error {
		if err := skip(answers, 2); err != nil {
			return err
		}
		rows, err := answers.Query()
		return each(rows, err, func(c [][]byte) {
			if a := scanWhole(c); a.connectedShop() {
				shop = a
			}
		})
	})
	if err == nil && shop.id == "" {
		err = errNotConnected
	}
	return shop, err
}
