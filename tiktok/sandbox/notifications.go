package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/handback/handback/standin"
)

// redelivery is how long TikTok waits before it sends a notification again that was not taken. After the last time it gives up.
var redelivery = []time.Duration{2 * time.Minute, 30 * time.Minute, 3 * time.Hour, 12 * time.Hour}

// pollInterval is how often the clock is looked at while something is to be delivered later.
const pollInterval = 100 * time.Millisecond

// Notification is what TikTok sends when something happens.
type Notification struct {
	Address   string
	Signature string // goes into the header Authorization
	Body      []byte
}

// notification is one that is to be delivered.
type notification struct {
	Address  string
	Body     string
	Attempts int
	Due      int64

	id string
}

type notificationBody struct {
	Type      int    `json:"type"`
	ID        string `json:"tts_notification_id"`
	ShopID    string `json:"shop_id"`
	Timestamp int64  `json:"timestamp"`
	Data      object `json:"data"`
}

// notify tells the app what happened in a shop that it has access to.
func (s *Sandbox) notify(of *shop, topic string, data object) {
	if s.options.Deliver == nil || s.world.Authorizations[of.Seller] == nil || !s.world.Authorizations[of.Seller].isFor(of.ID) {
		return
	}
	address := s.options.Webhook
	if set := s.world.Webhooks[webhookKey(of.ID, topic)]; set != nil {
		address = set.Address
	}
	if address == "" {
		return
	}
	id, now := s.world.nextID(), s.options.Now().Unix()
	body := notificationBody{Type: topicNumbers[topic], ID: id, ShopID: of.ID, Timestamp: now, Data: data}
	made := &notification{Address: address, Body: string(standin.Marshal(body)), Due: now}
	s.world.Notifications[id] = made
	s.world.put("notification", id, made)
}

// deliverAll delivers notifications until the sandbox is closed.
func (s *Sandbox) deliverAll(ctx context.Context) {
	defer close(s.done)
	for ctx.Err() == nil {
		due, later := s.dueNotifications()
		for _, n := range due {
			err := s.options.Deliver(ctx, Notification{Address: n.Address, Signature: hexHMAC(s.options.AppSecret, s.options.AppKey+n.Body), Body: []byte(n.Body)})
			if ctx.Err() != nil {
				return // it will be delivered again
			}
			s.delivered(n.id, err)
		}
		switch {
		case len(due) > 0: // more may be due by now
		case later:
			s.await(ctx, time.After(pollInterval))
		default:
			s.await(ctx, nil)
		}
	}
}

func (s *Sandbox) await(ctx context.Context, later <-chan time.Time) {
	select {
	case <-s.wake:
	case <-later:
	case <-ctx.Done():
	}
}

// dueNotifications lists those that are due, first come first served, and reports whether others will be.
func (s *Sandbox) dueNotifications() (due []notification, later bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.Deliver == nil {
		return nil, false
	}
	now := s.options.Now().Unix()
	for id, n := range s.world.Notifications {
		if n.Due > now {
			later = true
			continue
		}
		copied := *n
		copied.id = id
		due = append(due, copied)
	}
	slices.SortFunc(due, func(a, b notification) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.id, b.id)) })
	return due, later
}

func (s *Sandbox) delivered(id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.world.Notifications[id]
	if sent == nil {
		return
	}
	if err == nil || sent.Attempts >= len(redelivery) {
		delete(s.world.Notifications, id)
		s.world.drop("notification", id)
	} else {
		sent.Due = s.options.Now().Add(redelivery[sent.Attempts]).Unix()
		sent.Attempts++
		s.world.put("notification", id, sent)
	}
	s.commit(nil)
}

// Post returns a delivery over HTTP. Everything but 200 is a failure.
func Post(client *http.Client) func(context.Context, Notification) error {
	return func(ctx context.Context, n Notification) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Address, bytes.NewReader(n.Body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", n.Signature)
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		_, _ = io.Copy(io.Discard, response.Body)
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("the webhook answers %d", response.StatusCode)
		}
		return nil
	}
}
