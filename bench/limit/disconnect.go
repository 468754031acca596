package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

var errNotConnected = errors.New("no TikTok Shop is connected")

// disconnect takes two round trips: read under the lock, then write, prove, commit and read the overview.
func (l *limit) disconnect(ctx context.Context, to []byte, caller store.Caller) ([]byte, error) {
	err := l.alone(ctx, func(conn *pgxpool.Conn) error {
		shop, err := lockAndReadShop(ctx, conn, caller)
		if err != nil {
			return err
		}
		changes, err := shop.Restoring()
		if err != nil {
			return err
		}
		record, entry, at, c := store.NewID("disconnection"), store.NewID("audit"), store.Now(), store.ColumnsOf(changes)
		var batch pgx.Batch
		batch.Queue(store.CloseAccount, caller.ID, at, shop.Epoch, c.Keys, c.Scopes, c.Before, c.After, c.Kinds, c.Names, shop.ID, entry, caller.Actor)
		batch.Queue(store.AddRecord, record, caller.ID, shop.Epoch, entry, shop.Digest)
		batch.Queue("commit")
		batch.Queue(store.SelectConnected, caller.ID)
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
			to = plain(append(to, `{"data":{"disconnectTikTokShop":{"account":{"id":`...), shop.ID)
			to = moment(append(to, `,"status":"DISCONNECTED","disconnectedAt":`...), at)
			to = plain(append(to, `},"disconnection":{"id":`...), record)
			to = moment(append(to, `,"disconnectedAt":`...), at)
			to = moment(append(to, `,"restoration":{"snapshotTakenAt":`...), shop.OpenedAt)
			to = plain(append(to, `,"snapshotDigest":`...), shop.Digest)
			to = plain(append(to, `,"restoredDigest":`...), digest)
			to, err = summary(append(to, `}},"overview":`...), caller, answers)
			to = append(to, `,"userErrors":[]}}}`...)
			return err
		})
	})
	return to, err
}

func lockAndReadShop(ctx context.Context, conn *pgxpool.Conn, caller store.Caller) (shop store.Account, err error) {
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(store.LockStore, caller.ID)
	batch.Queue(store.SelectWhole, caller.ID)
	err = exchange(ctx, conn, &batch, func(answers pgx.BatchResults) error {
		if err := skip(answers, 2); err != nil {
			return err
		}
		rows, err := answers.Query()
		return each(rows, err, func(c [][]byte) {
			if a := scanWhole(c); a.ConnectedShop() {
				shop = a
			}
		})
	})
	if err == nil && shop.ID == "" {
		err = errNotConnected
	}
	return shop, err
}
