package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/graph-gophers/graphql-go"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

type userError struct {
	Code, Message string
	Field         *[]string
}

type disconnectPayload struct {
	Account       *account
	Disconnection *disconnection
	Overview      *overview
	UserErrors    []userError
}

type disconnection struct {
	ID             graphql.ID
	DisconnectedAt dateTime
	Restoration    restoration
}

type restoration struct {
	SnapshotTakenAt                dateTime
	SnapshotDigest, RestoredDigest string
}

var (
	errUnconfirmed  = errors.New("disconnecting must be confirmed")
	errNotConnected = errors.New("no TikTok Shop is connected")
	errConnected    = errors.New("this store, or this shop, is connected already")
)

// DisconnectTikTokShop implements Mutation. It takes two round trips: read under the lock, then write, prove, commit and
// read the overview. When one fails the connection is closed, and with it the transaction.
func (r *resolver) DisconnectTikTokShop(ctx context.Context, args struct{ Confirm bool }) (payload *disconnectPayload, err error) {
	if !args.Confirm {
		return nil, errUnconfirmed
	}
	caller := callerOf(ctx)
	err = r.writes.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		shop, err := lockAndReadShop(ctx, conn, caller)
		if err != nil {
			return err
		}
		changes, err := shop.Restoring()
		if err != nil {
			return err
		}
		payload, err = closeAccount(ctx, conn, caller, shop, changes)
		return err
	})
	return payload, err
}

func lockAndReadShop(ctx context.Context, conn *pgxpool.Conn, caller store.Caller) (shop store.Account, err error) {
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(store.LockStore, caller.ID)
	batch.Queue(store.SelectWhole, caller.ID).Query(func(rows pgx.Rows) (err error) {
		shop, err = collectShop(rows)
		return err
	})
	err = conn.SendBatch(ctx, &batch).Close()
	if err == nil && shop.ID == "" {
		err = errNotConnected
	}
	return shop, err
}

func closeAccount(ctx context.Context, conn *pgxpool.Conn, caller store.Caller, shop store.Account, changes []store.Changed) (*disconnectPayload, error) {
	at, c := store.Now(), store.ColumnsOf(changes)
	record, entry := store.NewID("disconnection"), store.NewID("audit")
	restored := restoration{SnapshotTakenAt: dateTime{shop.OpenedAt}, SnapshotDigest: shop.Digest}
	var after *overview
	var batch pgx.Batch
	batch.Queue(store.CloseAccount, caller.ID, at, shop.Epoch, c.Keys, c.Scopes, c.Before, c.After, c.Kinds, c.Names, shop.ID, entry, caller.Actor)
	batch.Queue(store.AddRecord, record, caller.ID, shop.Epoch, entry, shop.Digest).QueryRow(func(row pgx.Row) error {
		return row.Scan(&restored.RestoredDigest)
	})
	batch.Queue("commit")
	batch.Queue(store.SelectConnected, caller.ID).Query(func(rows pgx.Rows) (err error) {
		after, err = collectOverview(rows, caller)
		return err
	})
	if err := conn.SendBatch(ctx, &batch).Close(); err != nil {
		return nil, err
	}
	return &disconnectPayload{
		Account:       &account{ID: graphql.ID(shop.ID), Kind: shop.Kind, Name: shop.Name, Region: shop.Region, Status: "DISCONNECTED", DisconnectedAt: &dateTime{at}, caller: caller},
		Disconnection: &disconnection{ID: graphql.ID(record), DisconnectedAt: dateTime{at}, Restoration: restored},
		Overview:      after,
	}, nil
}

type connectPayload struct {
	Account    *account
	Changes    *[]settingChange
	Overview   *overview
	UserErrors []userError
}

// ConnectTikTokShop implements Mutation. It takes two round trips: read under the lock, then write, commit and read the
// overview. When one fails the connection is closed, and with it the transaction.
func (r *resolver) ConnectTikTokShop(ctx context.Context, args struct{ AuthorizationCode string }) (payload *connectPayload, err error) {
	caller := callerOf(ctx)
	shop, err := store.ShopOf(args.AuthorizationCode, caller)
	if err != nil {
		return nil, err
	}
	err = r.writes.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		id, settings, err := lockAndReadShops(ctx, conn, caller, shop)
		if err != nil {
			return err
		}
		changes := store.Differences(settings, shop.Filled(r.wanted), false)
		payload, err = openAccount(ctx, conn, caller, id, shop, settings, changes)
		return err
	})
	return payload, err
}

// lockAndReadShops returns the id that the account for the shop has or gets, and the settings outside the ads scope.
func lockAndReadShops(ctx context.Context, conn *pgxpool.Conn, caller store.Caller, shop store.Shop) (id string, settings []store.Setting, err error) {
	id = store.NewID("account")
	connected := false
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue(store.LockStore, caller.ID)
	batch.Queue(store.SelectShops, caller.ID, shop.Code).Query(func(rows pgx.Rows) error {
		var known, of, externalID, status string
		_, err := pgx.ForEachRow(rows, []any{&known, &of, &externalID, &status}, func() error {
			connected = connected || status == "CONNECTED"
			if of == caller.ID && externalID == shop.Code {
				id = known
			}
			return nil
		})
		return err
	})
	batch.Queue(store.SelectOutsideAds, caller.ID).Query(func(rows pgx.Rows) (err error) {
		settings, err = pgx.CollectRows(rows, pgx.RowToStructByPos[store.Setting])
		return err
	})
	err = conn.SendBatch(ctx, &batch).Close()
	if err == nil && connected {
		err = errConnected
	}
	return id, settings, err
}

func openAccount(ctx context.Context, conn *pgxpool.Conn, caller store.Caller, id string, shop store.Shop, settings []store.Setting, changes []store.Changed) (*connectPayload, error) {
	snapshot, digest, err := takeSnapshot(settings)
	if err != nil {
		return nil, err
	}
	at, c := store.Now(), store.ColumnsOf(changes)
	var after *overview
	var batch pgx.Batch
	batch.Queue(store.OpenAccount, caller.ID, at, store.NewID("epoch"), c.Keys, c.Scopes, c.Before, c.After, c.Kinds, c.Names,
		id, shop.Name, shop.Code, shop.Region, snapshot, digest, store.NewSalt(), store.NewID("audit"), caller.Actor)
	batch.Queue("commit")
	batch.Queue(store.SelectConnected, caller.ID).Query(func(rows pgx.Rows) (err error) {
		after, err = collectOverview(rows, caller)
		return err
	})
	if err := conn.SendBatch(ctx, &batch).Close(); err != nil {
		return nil, err
	}
	return &connectPayload{
		Account:  &account{ID: graphql.ID(id), Kind: "TIKTOK_SHOP", Name: shop.Name, ExternalID: shop.Code, Region: shop.Region, Status: "CONNECTED", ConnectedAt: dateTime{at}, caller: caller},
		Changes:  new(changesOf(changes)),
		Overview: after,
	}, nil
}

// takeSnapshot returns the settings that exist as a document, and its digest.
func takeSnapshot(settings []store.Setting) (document, digest string, err error) {
	recorded := make([]store.Recorded, 0, len(settings))
	for _, s := range settings {
		if s.Value != "" {
			recorded = append(recorded, store.Recorded{Key: s.Key, Scope: s.Scope, Value: s.Value})
		}
	}
	text, err := json.Marshal(recorded)
	return string(text), store.Digest(recorded), err
}
