package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

var errConnected = errors.New("this store, or this shop, is connected already")

// connect takes two round trips: read under the lock, then write, commit and read the overview.
func (l *limit) connect(ctx context.Context, to []byte, caller store.Caller, code string) ([]byte, error) {
	shop, err := store.ShopOf(code, caller)
	if err != nil {
		return to, err
	}
	err = l.alone(ctx, func(conn *pgxpool.Conn) error {
		id, settings, err := lockAndReadShops(ctx, conn, caller, shop.Code)
		if err != nil {
			return err
		}
		snapshot, digest := takeSnapshot(settings)
		changes := store.Differences(settings, shop.Filled(l.wanted), false)
		at, c := store.Now(), store.ColumnsOf(changes)
		var batch pgx.Batch
		batch.Queue(store.OpenAccount, caller.ID, at, store.NewID("epoch"), c.Keys, c.Scopes, c.Before, c.After, c.Kinds, c.Names,
			id, shop.Name, shop.Code, shop.Region, snapshot, digest, store.NewSalt(), store.NewID("audit"), caller.Actor)
		batch.Queue("commit")
		batch.Queue(store.SelectConnected, caller.ID)
		return exchange(ctx, conn, &batch, func(answers pgx.BatchResults) (err error) {
			if err := skip(answers, 2); err != nil {
				return err
			}
			to = plain(append(to, `{"data":{"connectTikTokShop":{"account":{"id":`...), id)
			to = plain(append(to, `,"name":`...), shop.Name)
			to = plain(append(to, `,"externalId":`...), shop.Code)
			to = moment(append(to, `,"status":"CONNECTED","connectedAt":`...), at)
			to = append(to, `},"changes":[`...)
			for _, c := range changes {
				to = plain(append(next(to), `{"key":`...), c.Key)
				to = plain(append(to, `,"kind":`...), c.Sort())
				to = raw(append(to, `,"before":`...), c.Before)
				to = append(raw(append(to, `,"after":`...), c.After), '}')
			}
			to, err = summary(append(to, `],"overview":`...), caller, answers)
			to = append(to, `,"userErrors":[]}}}`...)
			return err
		})
	})
	return to, err
}

// lockAndReadShops returns the id that the account for the shop has or gets, and the settings outside the ads scope.
func lockAndReadShops(ctx context.Context, conn *pgxpool.Conn, caller store.Caller, shopCode string) (id string, settings []store.Setting, err error) {
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(store.LockStore, caller.ID)
	batch.Queue(store.SelectShops, caller.ID, shopCode)
	batch.Queue(store.SelectOutsideAds, caller.ID)
	id = store.NewID("account")
	connected := false
	err = exchange(ctx, conn, &batch, func(answers pgx.BatchResults) error {
		if err := skip(answers, 2); err != nil {
			return err
		}
		rows, err := answers.Query()
		err = each(rows, err, func(c [][]byte) {
			connected = connected || is(c[3], "CONNECTED")
			if is(c[1], caller.ID) && is(c[2], shopCode) {
				id = string(c[0])
			}
		})
		if err != nil {
			return err
		}
		rows, err = answers.Query()
		return each(rows, err, func(c [][]byte) {
			settings = append(settings, store.Setting{Key: string(c[0]), Scope: string(c[1]), Value: string(c[2]), Kind: string(c[3]), Name: string(c[4])})
		})
	})
	if err == nil && connected {
		err = errConnected
	}
	return id, settings, err
}

// takeSnapshot returns the settings that exist as a document, and its digest.
func takeSnapshot(settings []store.Setting) (document, digest string) {
	to, hash, line := []byte{'['}, sha256.New(), []byte(nil)
	for _, s := range settings {
		if s.Value == "" {
			continue
		}
		to = plain(append(next(to), `{"key":`...), s.Key)
		to = plain(append(to, `,"scope":`...), s.Scope)
		to = append(quote(append(to, `,"value":`...), s.Value), '}')
		line = append(append(append(append(line[:0], s.Key...), '\t'), s.Value...), '\n')
		hash.Write(line)
	}
	return string(append(to, ']')), hex.EncodeToString(hash.Sum(nil))
}
