package sandbox

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

const day = 24 * time.Hour

// warnBefore is how long before the end of an authorization TikTok begins to say so, once a day.
const warnBefore = 30 * day

// Tick does what TikTok does by itself when time passes. Every call does so, too.
func (s *Sandbox) Tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(s.options.Now())
	s.commit(nil)
	select {
	case s.wake <- struct{}{}:
	default: // it is awake
	}
}

// advance does what is due. What it changes is written by whoever called it.
func (s *Sandbox) advance(now time.Time) {
	if s.world.nextDue == 0 {
		s.world.nextDue = s.world.findNextDue(now)
	}
	if now.Unix() < s.world.nextDue {
		return
	}
	at := now.Unix()
	for _, x := range due(s.world.Cancellations, func(x *cancellation) bool { return x.Status == cancelPending && x.Due != 0 && x.Due <= at }) {
		x.Status, x.Updated = cancelSuccess, at
		s.cancellationChanged(x)
		s.cancel(s.world.Orders[x.OrderID], at)
	}
	for _, x := range due(s.world.Returns, func(x *returnRequest) bool { return x.Status == returnPending && x.Due != 0 && x.Due <= at }) {
		x.Status, x.Updated = returnSuccess, at
		s.returnChanged(x)
	}
	for _, o := range due(s.world.Orders, func(o *order) bool { return o.dueByItself() && o.Due <= at }) {
		s.cancel(o, at)
	}
	for _, a := range due(s.world.Authorizations, func(a *authorization) bool { return a.nextDue(now) <= at }) {
		s.expire(a, now)
	}
	s.world.nextDue = s.world.findNextDue(now)
}

func (s *Sandbox) cancel(o *order, at int64) {
	if o.Status == statusCancelled {
		return
	}
	o.Status, o.Updated, o.RequestsCancel = statusCancelled, at, false
	s.changed(o)
}

// expire ends an authorization, or says that it will end.
func (s *Sandbox) expire(a *authorization, now time.Time) {
	if now.Unix() >= a.Refresh.Expires {
		delete(s.world.Authorizations, a.Seller) // without a notification that it has ended: none is documented
		s.world.drop("authorization", a.Seller)
		return
	}
	a.Warned = now.UTC().Truncate(day).Unix()
	s.world.put("authorization", a.Seller, a)
	days := (a.Refresh.Expires - now.Unix()) / int64(day.Seconds())
	for _, id := range a.Shops {
		s.notify(s.world.Shops[id], topicExpiring, object{
			"message":         fmt.Sprintf("Authorization of shop_id %s is expiring in %d days. Please direct the merchant to re-authorize.", id, days),
			"expiration_time": a.Refresh.Expires,
		})
	}
}

// nextDue is when something becomes of the authorization by itself.
func (a *authorization) nextDue(now time.Time) int64 {
	warn := a.Refresh.Expires - int64(warnBefore.Seconds())
	if a.Warned != 0 {
		warn = a.Warned + int64(day.Seconds())
	}
	if now.Unix() >= a.Refresh.Expires {
		return a.Refresh.Expires
	}
	return min(warn, a.Refresh.Expires)
}

// findNextDue looks through everything, which is done when something has changed.
func (w *world) findNextDue(now time.Time) int64 {
	next := int64(math.MaxInt64)
	for _, x := range w.Cancellations {
		if x.Status == cancelPending && x.Due != 0 {
			next = min(next, x.Due)
		}
	}
	for _, x := range w.Returns {
		if x.Status == returnPending && x.Due != 0 {
			next = min(next, x.Due)
		}
	}
	for _, o := range w.Orders {
		if o.dueByItself() {
			next = min(next, o.Due)
		}
	}
	for _, a := range w.Authorizations {
		next = min(next, a.nextDue(now))
	}
	return next
}

// due lists rows that are, in the order of their ids.
func due[T any](rows map[string]*T, is func(*T) bool) []*T {
	var found []*T
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if is(rows[id]) {
			found = append(found, rows[id])
		}
	}
	return found
}
