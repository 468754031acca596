package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/handback/handback/shopify/sandbox"
)

// What a store of Shopify's standard plan grants an app, which the stand-in does unless it is told otherwise: points that come back in a
// second, and how many are there to begin with.
const (
	standardRate = 100
	standardSize = 2_000
)

// manyProducts is how many products a large store has.
const manyProducts = 100_000

// previews is how often the preview of a large store is asked for.
const previews = 5

// platform measures what the product does in stores at Shopify: connecting and disconnecting within the rate that Shopify grants, the
// preview of a store with very many products, and what happens being told. It has nobody to be compared with.
func (b *bench) platform(ctx context.Context) (whole part, err error) {
	b.stopPeers()
	whole.text = "\n## In the store, and to partners\n"
	for _, measure := range []func(context.Context) (part, error){b.restores, b.largeStore, b.eventsOfProduct} {
		found, err := measure(ctx)
		if err != nil {
			return whole, err
		}
		whole.text += found.text
	}
	return whole, nil
}

// shop is the product with a database of its own and one linked store, whose Shopify is as large and grants as much as options say.
type shop struct {
	*bench
	platforms *standIns
	sessions  *sessions
	server    *server
}

// openShop opens it in a database of a name.
func (b *bench) openShop(ctx context.Context, database string, options sandbox.Options) (*shop, error) {
	platforms, err := serveStandIns(ctx, options)
	if err != nil {
		return nil, err
	}
	platforms.open.Store(true)
	s := &shop{bench: b, platforms: platforms, sessions: &sessions{platforms: platforms}}
	err = send(ctx, b.database.url("postgres"), "CREATE DATABASE "+database)
	if err == nil {
		s.server, err = start(ctx, b.product.Contender, b.database.url(database), s.sessions)
	}
	if err != nil {
		return nil, errors.Join(err, platforms.close())
	}
	return s, nil
}

func (s *shop) close() {
	s.server.stop()
	_ = s.platforms.close()
}

// work is what a connect or a disconnect took.
type work struct {
	took   time.Duration
	points int // at Shopify
}

// carryOut begins a connect or a disconnect and waits until the account has a status.
func (s *shop) carryOut(ctx context.Context, name, status string) (w work, err error) {
	began, spent := time.Now(), s.platforms.shopify.Points(domainOf(first))
	if _, err := s.server.ask(ctx, s.sessions, operationOf(name), first); err != nil {
		return w, err
	}
	for {
		answer, err := s.server.ask(ctx, s.sessions, operationOf("Accounts"), first)
		if err != nil {
			return w, err
		}
		var list struct {
			Accounts []struct{ Kind, Status string }
		}
		if err := json.Unmarshal(answer, &list); err != nil {
			return w, err
		}
		for _, account := range list.Accounts {
			if account.Kind == "TIKTOK_SHOP" && account.Status == status {
				return work{time.Since(began), s.platforms.shopify.Points(domainOf(first)) - spent}, nil
			}
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return w, context.Cause(ctx)
		}
	}
}

// restores connects and disconnects stores within the rate of the standard plan.
func (b *bench) restores(ctx context.Context) (p part, err error) {
	t := table{head: []string{"products", "connect s", "points", "disconnect s", "points", "both s", "least s", "by the least"}}
	for _, products := range []int{b.either(100, 50), b.either(200, 100)} {
		if err := b.restore(ctx, products, &t); err != nil {
			return p, fmt.Errorf("%d products: %w", products, err)
		}
	}
	p.text = t.titled("A whole restore at Shopify's rate") + fmt.Sprintf("\nOne store after the other, each connected and at once disconnected, from the call until all was written, read back and recorded. Shopify's standard plan "+
		"gives back %d points a second, and grants %d at once: least is what all points of both take beyond those. Products are published to the channel and taken off again.\n", standardRate, standardSize)
	return p, nil
}

func (b *bench) restore(ctx context.Context, products int, t *table) error {
	s, err := b.openShop(ctx, fmt.Sprintf("restore_%d", products), sandbox.Options{Products: products})
	if err != nil {
		return err
	}
	defer s.close()
	before := s.platforms.shopify.Points(domainOf(first)) // spent on signing in
	connect, err := s.carryOut(ctx, connecting, "CONNECTED")
	if err != nil {
		return err
	}
	disconnect, err := s.carryOut(ctx, disconnecting, "DISCONNECTED")
	if err != nil {
		return err
	}
	both := (connect.took + disconnect.took).Seconds()
	least := max(0, float64(before+connect.points+disconnect.points-standardSize)/standardRate)
	ratio := ""
	if least > 0 {
		ratio = fmt.Sprintf("%.2f", both/least)
	}
	t.add(strconv.Itoa(products), seconds(connect.took), strconv.Itoa(connect.points), seconds(disconnect.took), strconv.Itoa(disconnect.points),
		fmt.Sprintf("%.1f", both), fmt.Sprintf("%.1f", least), ratio)
	b.logf("restore: %d products", products)
	return nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

// largeStore measures the preview of a store with very many products, at a Shopify that grants what it grants its largest stores and more, so
// that the product is measured, and not waiting.
func (b *bench) largeStore(ctx context.Context) (p part, err error) {
	products := b.either(manyProducts, manyProducts/10)
	s, err := b.openShop(ctx, "large_store", sandbox.Options{Products: products, RestoreRate: 100_000, BulkRate: 100_000})
	if err != nil {
		return p, err
	}
	defer s.close()
	connect, err := s.carryOut(ctx, connecting, "CONNECTED")
	if err != nil {
		return p, err
	}
	var took []float64
	for range previews {
		began := time.Now()
		if _, err := s.server.ask(ctx, s.sessions, operationOf("DisconnectPreview"), first); err != nil {
			return p, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	disconnect, err := s.carryOut(ctx, disconnecting, "DISCONNECTED")
	if err != nil {
		return p, err
	}
	memory, err := s.server.Memory()
	if err != nil {
		return p, err
	}
	t := table{head: []string{"products", "connect s", "first preview s", "previews after s", "disconnect s", "memory at most MiB"}}
	t.add(strconv.Itoa(products), seconds(connect.took), fmt.Sprintf("%.2f", took[0]), fmt.Sprintf("%.2f", median(took[1:])), seconds(disconnect.took), fmt.Sprintf("%.0f", mebibytes(memory.Peak)))
	p.text = t.titled("A store with very many products") + "\nWith all changes in the answer. Who asks for a preview waits 1.5 seconds at most for the store to be read; Shopify grants 100,000 points a second here, " +
		"so that the product is measured and not the rate.\n"
	b.logf("large store: %d products", products)
	return p, nil
}
