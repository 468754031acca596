package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/handback/handback/standin"
)

// Notification is what Shopify sends when something happens in a store.
type Notification struct {
	Address     string
	Topic       string // such as app/uninstalled
	Shop        string // the store's domain
	ID          string
	TriggeredAt time.Time
	Signature   string // goes into the header X-Shopify-Hmac-Sha256
	Body        []byte

	attempts int
	due      time.Time
}

const (
	topicUninstalled = "app/uninstalled"
	topicScopes      = "app/scopes_update"
	topicRedact      = "shop/redact"
	// redeliveries is how often a notification is sent again that was not taken. Shopify does so for four hours.
	redeliveries  = 8
	redeliverTime = 4 * time.Hour / redeliveries
)

// topicsOf says what a change tells of. Of what one request changes of a kind, one notification tells.
func (w *world) topicsOf(puts []put) map[string]string {
	topics := map[string]string{}
	tell := func(topic, of string) {
		if topics[topic] == "" {
			topics[topic] = of
		}
	}
	for _, p := range puts {
		gone := p.Value == nil
		switch p.Kind {
		case "installation":
			if gone { // the app is told nothing else any more
				return map[string]string{topicUninstalled: id(w.Shop.ID)}
			}
		case "location":
			tell(map[bool]string{true: "locations/deactivate", false: "locations/update"}[strings.Contains(string(p.Value), `"Active":false`)], p.ID)
		case "product":
			tell(map[bool]string{true: "products/delete", false: "products/update"}[gone], p.ID)
		case "published":
			publication, product, _ := strings.Cut(p.ID, "/")
			if w.isOwnPublication(publication) {
				tell(map[bool]string{true: "product_publications/delete", false: "product_publications/create"}[gone], product)
			}
		case "channel":
			if gone {
				tell("channels/delete", p.ID)
			}
		}
	}
	return topics
}

func (w *world) isOwnPublication(publicationID string) bool {
	for _, p := range w.Publications {
		if id(p.ID) == publicationID {
			return p.AppID == appID
		}
	}
	return false
}

// notifyOf tells the app what was changed in a store.
func (s *Sandbox) notifyOf(w *world, puts []put) {
	if s.options.Deliver == nil {
		return
	}
	puts = puts[min(w.silent, len(puts)):] // what the store began with tells nothing
	w.silent = 0
	for topic, of := range w.topicsOf(puts) {
		body := map[string]any{"id": of, "admin_graphql_api_id": "gid://shopify/" + topicKind(topic) + "/" + of}
		if topic == topicUninstalled {
			body = map[string]any{"id": w.Shop.ID, "name": w.Shop.Name, "domain": w.Shop.Domain, "myshopify_domain": w.Shop.Domain}
		}
		s.notify(w, topic, body)
	}
}

// topicKind makes Location of locations/update.
func topicKind(topic string) string {
	resource, _, _ := strings.Cut(topic, "/")
	resource = strings.TrimSuffix(resource, "s")
	return strings.ToUpper(resource[:1]) + resource[1:]
}

// notify sends what happened to every address that the app wants it at: that of its configuration, and those of its subscriptions.
func (s *Sandbox) notify(w *world, topic string, body any) {
	if s.options.Deliver == nil {
		return
	}
	var addresses []string
	if slices.Contains(s.options.Topics, topic) && s.options.Webhook != "" {
		addresses = append(addresses, s.options.Webhook)
	}
	for _, hookID := range sortedIDs(w.Webhooks, false) {
		hook := w.Webhooks[hookID]
		if hook.Topic == strings.ToUpper(strings.ReplaceAll(topic, "/", "_")) && !slices.Contains(addresses, hook.URI) {
			addresses = append(addresses, hook.URI)
		}
	}
	text := standin.Marshal(body)
	mac := hmac.New(sha256.New, []byte(s.options.APISecret))
	mac.Write(text)
	for _, address := range addresses {
		s.waiting = append(s.waiting, Notification{
			Address: address, Topic: topic, Shop: w.Shop.Domain, ID: rand.Text(), TriggeredAt: s.options.Now().UTC(),
			Signature: base64.StdEncoding.EncodeToString(mac.Sum(nil)), Body: text, due: s.options.Now(),
		})
	}
	if len(addresses) > 0 {
		select {
		case s.wake <- struct{}{}:
		default: // it is awake
		}
	}
}

// Redact asks for the removal of all data of a store, as Shopify does 48 hours after the app was uninstalled.
func (s *Sandbox) Redact(domain string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world(domain)
	s.notify(w, topicRedact, map[string]any{"shop_id": w.Shop.ID, "shop_domain": domain})
}

// deliverAll delivers notifications until the sandbox is closed. They are not kept in the file.
func (s *Sandbox) deliverAll(ctx context.Context) {
	defer close(s.done)
	for ctx.Err() == nil {
		next, wait := s.nextNotification()
		if next == nil {
			var later <-chan time.Time
			if wait > 0 {
				later = time.After(wait)
			}
			select {
			case <-s.wake:
			case <-later:
			case <-ctx.Done():
			}
			continue
		}
		if s.options.Deliver(ctx, *next) == nil || next.attempts >= redeliveries {
			continue
		}
		s.mu.Lock()
		next.attempts++
		next.due = s.options.Now().Add(redeliverTime)
		s.waiting = append(s.waiting, *next)
		s.mu.Unlock()
	}
}

// nextNotification takes the first that is due, and says how long it takes until one is when none is yet.
func (s *Sandbox) nextNotification() (next *Notification, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	for i, n := range s.waiting {
		left := n.due.Sub(now)
		if left <= 0 {
			s.waiting = slices.Delete(s.waiting, i, i+1)
			return &n, 0
		}
		if wait == 0 || left < wait {
			wait = left
		}
	}
	return nil, wait
}

// Post returns a delivery over HTTP. Everything but 200 is a failure.
func Post(client *http.Client) func(context.Context, Notification) error {
	return func(ctx context.Context, n Notification) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Address, bytes.NewReader(n.Body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		for name, value := range map[string]string{
			"Topic": n.Topic, "Shop-Domain": n.Shop, "API-Version": webhookVersion, "Webhook-Id": n.ID, "Event-Id": n.ID,
			"Triggered-At": n.TriggeredAt.Format(time.RFC3339Nano), "Hmac-Sha256": n.Signature,
		} {
			request.Header.Set("X-Shopify-"+name, value)
		}
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
