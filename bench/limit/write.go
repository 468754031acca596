package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

// exchange sends statements at once and hands their answers out in order.
func exchange(ctx context.Context, conn *pgxpool.Conn, batch *pgx.Batch, read func(answers pgx.BatchResults) error) error {
	answers := conn.SendBatch(ctx, batch)
	return errors.Join(read(answers), answers.Close())
}

// skip passes over statements whose answers say nothing, unless they failed.
func skip(answers pgx.BatchResults, count int) error {
	for range count {
		if _, err := answers.Exec(); err != nil {
			return err
		}
	}
	return nil
}

// alone does work on a store that nobody else does at the same time. It must end with a commit.
func (l *limit) alone(ctx context.Context, do func(conn *pgxpool.Conn) error) error {
	conn, err := l.writes.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // closes a connection whose transaction is still open
	return do(conn)
}

// summary appends what the overview says after a mutation, of the rows of SelectConnected.
func summary(to []byte, caller store.Caller, answers pgx.BatchResults) ([]byte, error) {
	var shop, business bool
	region := caller.Region
	rows, err := answers.Query()
	err = each(rows, err, func(c [][]byte) {
		if is(c[0], "TIKTOK_SHOP") {
			shop, region = true, string(c[3])
		} else {
			business = true
		}
	})
	to = append(append(append(to, `{"tikTokShop":{"statusLabel":"`...), label(shop)...), `"},`...)
	to = append(append(append(to, `"tikTokForBusiness":{"statusLabel":"`...), label(business)...), `"},"orderManagement":`...)
	return append(routes(to, shop, caller.Region, region), '}'), err
}

func label(connected bool) string {
	if connected {
		return "Connected"
	}
	return "Setup in Progress"
}
