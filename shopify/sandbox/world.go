package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// world is a store, and what is installed in it.
type world struct {
	Shop         shop
	Installation *installation // nil when the app is not installed
	Grant        grant
	Users        map[int64]*user // who work in the store, as far as they were named
	Products     *productSet
	Locations    map[int64]*location
	Publications map[int64]*publication
	Webhooks     map[int64]*webhook
	Channels     map[int64]*channel
	Policies     map[string]*policy // by their type
	Metafields   map[int64]*metafield
	Bulks        map[int64]*bulk
	Uploads      map[string]*upload // by their path

	lastID int64
	puts   []put // what changed since the file was written
	silent int   // how many of them the store began with
}

type shop struct {
	ID     int64
	Domain string
	Name   string
}

// installation is the app in a store, from its first token to when it is uninstalled.
type installation struct {
	ID     int64
	Scopes []string
}

func newWorld(domain string) *world {
	return &world{
		Shop:         shop{Domain: domain},
		Users:        map[int64]*user{},
		Products:     newProductSet(0),
		Locations:    map[int64]*location{},
		Publications: map[int64]*publication{},
		Webhooks:     map[int64]*webhook{},
		Channels:     map[int64]*channel{},
		Policies:     map[string]*policy{},
		Metafields:   map[int64]*metafield{},
		Bulks:        map[int64]*bulk{},
		Uploads:      map[string]*upload{},
	}
}

// firstID is that of what is created first. It is above those of the first products.
const firstID = 1_000_000_000

// nextID returns an id that nothing in the store has or had.
func (w *world) nextID() int64 {
	w.lastID = max(w.lastID, firstID) + 1
	w.put("last", "", w.lastID)
	return w.lastID
}

// gid is an id as the API writes it.
func gid(typeName string, id int64) string { return fmt.Sprintf("gid://shopify/%s/%d", typeName, id) }

// parseGID reads an id of something of the type.
func parseGID(typeName string, raw any) (int64, bool) {
	text, _ := raw.(string)
	number, ok := strings.CutPrefix(text, "gid://shopify/"+typeName+"/")
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(number, 10, 64)
	return id, err == nil && id > 0
}

func sortedIDs[T any](rows map[int64]*T, reverse bool) []int64 {
	ids := slices.Sorted(maps.Keys(rows))
	if reverse {
		slices.Reverse(ids)
	}
	return ids
}

// world returns the store with that domain. Every store that is asked for exists.
func (s *Sandbox) world(domain string) *world {
	w := s.worlds[domain]
	if w == nil {
		w = newWorld(domain)
		s.worlds[domain] = w
		s.populate(w)
	}
	s.advance(w, s.options.Now())
	return w
}

// Shops lists the domains of the stores that were asked for, in their order.
func (s *Sandbox) Shops() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.worlds))
}

// populate makes the store of the demo's story: its products, locations and return policy, and the app, which has
// subscribed to what the catalogue says and has written nothing else.
func (s *Sandbox) populate(w *world) {
	w.Shop = shop{ID: 1, Domain: w.Shop.Domain, Name: nameOf(w.Shop.Domain)}
	w.put("shop", "", w.Shop)
	w.Products = s.firstProducts()
	w.put("products", "", w.Products.base)
	for id, online := range s.firstLocations() {
		w.putLocation(&location{ID: id, Name: locationName(id), Active: true, Online: online})
	}
	s.addStorefront(w)
	s.install(w)
	s.addPolicy(w)
	s.addWebhooks(w)
	w.silent = len(w.puts)
}

// install lets the app in. It has a publication from then on, unless those come with channels.
func (s *Sandbox) install(w *world) {
	w.Installation = &installation{ID: w.nextID(), Scopes: slices.Clone(s.options.Scopes)}
	w.put("installation", "", w.Installation)
	if !s.options.ChannelPublications {
		s.addPublication(w)
	}
}

// Uninstall ends what the app has in the store, as when the merchant removes it: tokens, channels, publications,
// subscriptions and metafields. Products and locations stay as they are.
func (s *Sandbox) Uninstall(domain string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world(domain)
	w.uninstall(s.options.Now())
	s.commit(w, nil)
}

func (w *world) uninstall(now time.Time) {
	w.Installation, w.Grant = nil, grant{}
	w.drop("installation", "")
	w.put("grant", "", w.Grant)
	dropAll(w, "channel", w.Channels)
	dropAll(w, "webhook", w.Webhooks)
	dropAll(w, "metafield", w.Metafields)
	for _, id := range sortedIDs(w.Publications, false) {
		if w.Publications[id].AppID == appID {
			w.dropPublication(id)
		}
	}
	for _, id := range sortedIDs(w.Bulks, false) {
		if !w.Bulks[id].finished() {
			w.Bulks[id].end(now, "FAILED", "ACCESS_DENIED")
			w.putBulk(w.Bulks[id])
		}
	}
}

// Grant changes which scopes the app has in the store.
func (s *Sandbox) Grant(domain string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world(domain)
	if w.Installation == nil {
		s.install(w)
	}
	body := map[string]any{"id": gid("AppInstallation", w.Installation.ID), "previous": w.Installation.Scopes, "current": scopes, "updated_at": s.options.Now().UTC()}
	w.Installation.Scopes = scopes
	w.put("installation", "", w.Installation)
	s.commit(w, nil)
	s.notify(w, topicScopes, body)
}

// nameOf makes "Aurora Outfitters" of aurora-outfitters.myshopify.com.
func nameOf(domain string) string {
	label, _, _ := strings.Cut(domain, ".")
	words := strings.FieldsFunc(label, func(r rune) bool { return r == '-' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}
