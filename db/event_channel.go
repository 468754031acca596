package db

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// tellEvents tells all processes of the stores that have new events. It is sent after their commit and not in their
	// transactions: PostgreSQL lets transactions with a NOTIFY commit one after the other, whatever stores they are about.
	tellEvents   = `SELECT pg_notify('handback_events', id) FROM unnest(CAST($1 AS text[])) AS told (id)`
	hearEvents   = `LISTEN handback_events`
	ignoreEvents = `UNLISTEN handback_events`
	// eventsSuffix has operators tell the channel's connection from the others.
	eventsSuffix = " events"
	// channelPause is how long the channel waits after its connection was lost or not made, at first and at most.
	channelPause    = time.Second
	maxChannelPause = 30 * time.Second
	// tellTime is how long it may take to tell of events: a connection that is longer about it is broken.
	tellTime = 5 * time.Second
)

// eventChannel tells other processes on one PostgreSQL of new events, and hears of theirs, over a connection of its own. What gets
// lost there is found by polls.
type eventChannel struct {
	config *pgx.ConnConfig
	watch  *eventWatch
	begin  sync.Once
	deaf   func(error) // is told of each loss once
	lost   bool        // and deaf was told so

	mu        sync.Mutex
	untold    map[string]bool // stores that have new events
	interrupt func()          // ends the waiting for what others tell
}

func newEventChannel(config *pgx.ConnConfig, watch *eventWatch, deaf func(error)) *eventChannel {
	if deaf == nil {
		deaf = func(error) {}
	}
	own := config.Copy()
	own.RuntimeParams["application_name"] += eventsSuffix
	own.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // others take neither LISTEN nor NOTIFY
	return &eventChannel{config: own, watch: watch, deaf: deaf, untold: map[string]bool{}, interrupt: func() {}}
}

// open connects, if nobody has yet. The lock of the watch is held.
func (c *eventChannel) open() {
	if c != nil {
		c.begin.Do(func() { c.watch.start(func() { c.run(c.watch.ctx) }) })
	}
}

// reconsider has whoever serves the channel look whether anybody listens here.
func (c *eventChannel) reconsider() {
	if c != nil {
		c.note(nil)
	}
}

// tell tells of new events soon. Several of one store that come close together are told of once.
func (c *eventChannel) tell(storeIDs []string) {
	if c == nil {
		return
	}
	c.watch.mu.Lock()
	c.open()
	c.watch.mu.Unlock()
	c.note(storeIDs)
}

// note has whoever serves the channel tell of the stores.
func (c *eventChannel) note(storeIDs []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range storeIDs {
		c.untold[id] = true
	}
	c.interrupt()
}

// run keeps the channel open until ctx ends.
func (c *eventChannel) run(ctx context.Context) {
	for pause := channelPause; ; pause = min(2*pause, maxChannelPause) {
		began := time.Now()
		if err := c.serve(ctx); err != nil && ctx.Err() == nil && !c.lost {
			c.lost = true
			c.deaf(err)
		}
		if time.Since(began) > maxChannelPause {
			pause = channelPause
		}
		select {
		case <-time.After(jittered(pause)):
		case <-ctx.Done():
			return
		}
	}
}

// serve tells and hears over one connection, until that is lost.
func (c *eventChannel) serve(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, c.config)
	if err != nil {
		return err
	}
	defer closeSoon(conn)
	for listening := false; err == nil && ctx.Err() == nil; {
		if err = c.flush(ctx, conn); err == nil {
			c.lost = false
			listening, err = c.hear(ctx, conn, listening)
		}
	}
	return err
}

// closeSoon closes a connection that may be broken.
func closeSoon(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
	defer cancel()
	_ = conn.Close(ctx)
}

// flush tells what is untold.
func (c *eventChannel) flush(ctx context.Context, conn *pgx.Conn) error {
	c.mu.Lock()
	stores := slices.Collect(maps.Keys(c.untold))
	clear(c.untold)
	c.mu.Unlock()
	if len(stores) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	_, err := conn.Exec(ctx, tellEvents, stores)
	if err != nil { // to be told over the next connection
		c.note(stores)
	}
	return err
}

// hear waits until another process tells something, or until there is something to tell. It listens only while somebody here follows
// a store: what nobody takes is kept by PostgreSQL for all.
func (c *eventChannel) hear(ctx context.Context, conn *pgx.Conn, listening bool) (listens bool, err error) {
	waiting, cancel := c.interruptible(ctx)
	defer cancel()
	followed := c.watch.followed()
	switch {
	case listening && len(followed) == 0:
		_, err = conn.Exec(ctx, ignoreEvents)
		return false, err
	case !listening && len(followed) > 0:
		_, err = conn.Exec(ctx, hearEvents)
		c.watch.wake(followed...) // of what was told before
		return true, err
	case !listening:
		<-waiting.Done()
		return false, nil
	}
	told, err := conn.WaitForNotification(waiting)
	switch {
	case err == nil && told.PID != conn.PgConn().PID():
		c.watch.wake(told.Payload)
	case err != nil && waiting.Err() == nil:
		return true, err
	}
	return true, nil
}

// interruptible is a context that ends when there is something to tell, or a reason to reconsider.
func (c *eventChannel) interruptible(ctx context.Context) (waiting context.Context, cancel func()) {
	waiting, cancel = context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupt = cancel
	if len(c.untold) > 0 {
		cancel()
	}
	return waiting, cancel
}
