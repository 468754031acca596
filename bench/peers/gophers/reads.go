package main

import (
	"context"
	"encoding/base64"

	"github.com/graph-gophers/graphql-go"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

// resolver has the queries and the mutations.
type resolver struct {
	reads, writes *pgxpool.Pool
	wanted        []store.Wanted // what connecting writes, in key order
}

type actor struct{ Kind, Name string }

// Accounts implements Query.
func (r *resolver) Accounts(ctx context.Context) ([]*account, error) {
	caller := callerOf(ctx)
	rows, err := r.reads.Query(ctx, store.SelectAccounts, caller.ID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*account, error) {
		a := account{reads: r.reads, caller: caller}
		err := row.Scan(&a.ID, &a.Kind, &a.Name, &a.ExternalID, &a.Region, &a.Status, &a.ConnectedAt, &a.DisconnectedAt)
		return &a, err
	})
}

// Overview implements Query.
func (r *resolver) Overview(ctx context.Context) (*overview, error) {
	caller := callerOf(ctx)
	rows, err := r.reads.Query(ctx, store.SelectConnected, caller.ID)
	if err != nil {
		return nil, err
	}
	return collectOverview(rows, caller)
}

type overview struct {
	TikTokShop, TikTokForBusiness channelOverview
	OrderManagement               orderManagement
}

type channelOverview struct {
	Status, StatusLabel string
	Accounts            []*account
}

// collectOverview makes the overview of the rows of SelectConnected.
func collectOverview(rows pgx.Rows, caller store.Caller) (*overview, error) {
	connected, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*account, error) {
		a := account{Status: "CONNECTED", caller: caller}
		err := row.Scan(&a.Kind, &a.ID, &a.Name, &a.Region)
		return &a, err
	})
	if err != nil {
		return nil, err
	}
	var shops, businesses []*account
	orders := ordersOf(false, caller.Region, caller.Region)
	for _, a := range connected {
		if a.Kind == "TIKTOK_SHOP" {
			shops, orders = append(shops, a), ordersOf(true, caller.Region, a.Region)
		} else {
			businesses = append(businesses, a)
		}
	}
	return &overview{TikTokShop: channelOf(shops), TikTokForBusiness: channelOf(businesses), OrderManagement: orders}, nil
}

func channelOf(accounts []*account) channelOverview {
	if len(accounts) == 0 {
		return channelOverview{Status: "SETUP_IN_PROGRESS", StatusLabel: "Setup in Progress"}
	}
	return channelOverview{Status: "CONNECTED", StatusLabel: "Connected", Accounts: accounts}
}

type setting struct {
	Key, Scope string
	Value      settingValue
	UpdatedAt  dateTime
	UpdatedBy  actor
}

// Settings implements Query.
func (r *resolver) Settings(ctx context.Context) ([]*setting, error) {
	rows, err := r.reads.Query(ctx, store.SelectSettings, callerOf(ctx).ID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*setting, error) {
		var s setting
		err := row.Scan(&s.Key, &s.Scope, &s.Value, &s.UpdatedAt, &s.UpdatedBy.Kind, &s.UpdatedBy.Name)
		return &s, err
	})
}

type auditTrail struct {
	Nodes    []*auditEntry
	PageInfo pageInfo
}

type pageInfo struct {
	HasNextPage bool
	EndCursor   *string
}

type auditEntry struct {
	ID            graphql.ID
	Action        string
	Actor         actor
	OccurredAt    dateTime
	Account       *account
	Disconnection *disconnection
	Changes       []settingChange
	seq           int64
}

// AuditTrail implements Query. It reads the entries and, in the same breath, what they changed.
func (r *resolver) AuditTrail(ctx context.Context, args struct{ First int32 }) (*auditTrail, error) {
	caller, first := callerOf(ctx), int(args.First)
	var entries []*auditEntry
	changes := map[int64][]settingChange{}
	var batch pgx.Batch
	batch.Queue(store.SelectEntriesChanges, caller.ID, first).Query(func(rows pgx.Rows) error {
		var seq int64
		var c store.Changed
		_, err := pgx.ForEachRow(rows, []any{&seq, &c.Key, &c.Scope, (*zeronull.Text)(&c.Before), (*zeronull.Text)(&c.After), &c.Kind, &c.Name}, func() error {
			changes[seq] = append(changes[seq], changeOf(c))
			return nil
		})
		return err
	})
	batch.Queue(store.SelectEntries, caller.ID, first+1).Query(func(rows pgx.Rows) (err error) {
		entries, err = pgx.CollectRows(rows, scanEntry)
		return err
	})
	if err := r.reads.SendBatch(ctx, &batch).Close(); err != nil {
		return nil, err
	}
	more := len(entries) > first
	entries = entries[:min(len(entries), first)]
	for _, e := range entries {
		e.Changes = changes[e.seq]
	}
	return &auditTrail{Nodes: entries, PageInfo: pageInfo{HasNextPage: more, EndCursor: cursorOf(entries)}}, nil
}

func scanEntry(row pgx.CollectableRow) (*auditEntry, error) {
	var e auditEntry
	var account account
	var record disconnection
	err := row.Scan(&e.seq, &e.ID, &e.Action, &e.Actor.Kind, &e.Actor.Name, &e.OccurredAt,
		(*zeronull.Text)(&account.ID), (*zeronull.Text)(&account.Name), (*zeronull.Text)(&account.Status), (*zeronull.Text)(&record.ID))
	if account.ID != "" {
		e.Account = &account
	}
	if record.ID != "" {
		e.Disconnection = &record
	}
	return &e, err
}

func cursorOf(entries []*auditEntry) *string {
	if len(entries) == 0 {
		return nil
	}
	return new(base64.RawURLEncoding.EncodeToString([]byte(entries[len(entries)-1].ID)))
}
