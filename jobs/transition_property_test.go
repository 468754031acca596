package jobs_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
)

// TestDisconnectGivesAnyStoreBack has merchants and sellers do whatever they like before, between and while their stores are
// connected and disconnected: every store is given back as it was, but for what is listed.
func TestDisconnectGivesAnyStoreBack(t *testing.T) {
	setRapidFlag(t, "rapid.checks", "12")
	setRapidFlag(t, "rapid.steps", "14")
	eachLife(t, func(t *testing.T, l *life) {
		stores := 0
		rapid.Check(timeless{t}, func(t *rapid.T) {
			stores++
			s := newShopModel(t, l, stores)
			t.Repeat(map[string]func(*rapid.T){
				"merchant edits": s.merchant, "merchant edits more": s.merchant, "seller edits": s.seller, "connect": s.connects,
				"disconnect": s.disconnects, "night falls": func(*rapid.T) { s.reconcile() }, "": func(t *rapid.T) { s.t = t },
			})
			s.t = t
			s.disconnects(t)
		})
	})
}

// timeless is a test without a deadline, which there is none while the clock is held.
type timeless struct{ rapid.TB }

// setRapidFlag sets a flag of rapid for one test, unless the command line does: it has no other way to be told.
func setRapidFlag(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if before != f.DefValue {
		return
	}
	require.NoError(t, f.Value.Set(value))
	t.Cleanup(func() { require.NoError(t, f.Value.Set(before)) })
}

// shopModel is a store, and what it was like when it was connected.
type shopModel struct {
	life

	code      string
	connected bool
	before    shopState
	named     map[string]bool // the products that the snapshot names
}

func newShopModel(t *rapid.T, l *life, number int) *shopModel {
	s := &shopModel{life: *l, code: fmt.Sprintf("sandbox:US:owner:SHOP%d", number)}
	s.t, s.domain = t, fmt.Sprintf("store-%d.myshopify.com", number)
	s.register()
	return s
}

// shopState is a store as its merchant sees it.
type shopState struct {
	Products    map[string]bool // and whether they are on the app's publication
	Locations   map[string]locationState
	Topics      []string
	Channels    int
	AutoPublish bool
	Policies    int // that say something
}

type locationState struct {
	Active  bool `json:"isActive"`
	Online  bool `json:"fulfillsOnlineOrders"`
	Service bool `json:"isFulfillmentService"`
}

// givenBack are the locations that are as they were after a disconnect: others were inactive, or are a service's, and stay as their merchant has
// them.
func (s shopState) givenBack() (locations []string) {
	for location, was := range s.Locations {
		if was.Active && !was.Service {
			locations = append(locations, location)
		}
	}
	slices.Sort(locations)
	return locations
}

func (s *shopModel) look() shopState {
	type named struct {
		ID string `json:"id"`
		locationState
		Topic string `json:"topic"`
		Body  string `json:"body"`
	}
	type list struct {
		Nodes []named `json:"nodes"`
	}
	var answer struct {
		Products, Locations, WebhookSubscriptions, Channels list
		Publication                                         struct {
			AutoPublish bool
			Products    list
		}
		Shop struct{ ShopPolicies []named }
	}
	require.NoError(s.t, json.Unmarshal(s.ask(fmt.Sprintf(`{
		products(first: 250) { nodes { id } } publication(id: %q) { autoPublish products(first: 250) { nodes { id } } }
		locations(first: 250, includeInactive: true) { nodes { id isActive fulfillsOnlineOrders isFulfillmentService } }
		webhookSubscriptions(first: 250) { nodes { topic } } channels(first: 50) { nodes { id } } shop { shopPolicies { body } } }`, s.publication())), &answer))
	state := shopState{
		Products: map[string]bool{}, Locations: map[string]locationState{}, AutoPublish: answer.Publication.AutoPublish, Channels: len(answer.Channels.Nodes),
	}
	for _, product := range answer.Products.Nodes {
		state.Products[product.ID] = false
	}
	for _, product := range answer.Publication.Products.Nodes {
		state.Products[product.ID] = true
	}
	for _, location := range answer.Locations.Nodes {
		state.Locations[location.ID] = location.locationState
	}
	for _, subscription := range answer.WebhookSubscriptions.Nodes {
		state.Topics = append(state.Topics, subscription.Topic)
	}
	slices.Sort(state.Topics)
	for _, policy := range answer.Shop.ShopPolicies {
		if policy.Body != "" {
			state.Policies++
		}
	}
	return state
}

// merchant edits in the Shopify admin, where not everything is allowed.
func (s *shopModel) merchant(t *rapid.T) {
	state := s.look()
	product := rapid.SampledFrom(slices.Sorted(maps.Keys(state.Products))).Draw(t, "product")
	location := rapid.SampledFrom(slices.Sorted(maps.Keys(state.Locations))).Draw(t, "location")
	on := rapid.Bool().Draw(t, "on")
	edits := map[string]string{
		"create product": `productCreate(product: {title: "New"}) { userErrors { message } }`,
		"delete product": fmt.Sprintf(`productDelete(input: {id: %q}) { userErrors { message } }`, product),
		"publish":        s.publishing(product, on),
		"auto publish":   fmt.Sprintf(`publicationUpdate(id: %q, input: {autoPublish: %t}) { userErrors { message } }`, s.publication(), on),
		"add location":   fmt.Sprintf(`locationAdd(input: {name: "New", address: {countryCode: US}, fulfillsOnlineOrders: %t}) { userErrors { message } }`, on),
		"edit location":  editing(location, on),
		"activate":       fmt.Sprintf(`locationActivate(locationId: %q) @idempotent(key: %q) { locationActivateUserErrors { message } }`, location, rapid.StringMatching(`[a-z]{20}`).Draw(t, "key")),
		"deactivate":     fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: %q) { locationDeactivateUserErrors { message } }`, location, rapid.StringMatching(`[a-z]{20}`).Draw(t, "key")),
		"policy":         fmt.Sprintf(`shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: %q}) { userErrors { message } }`, strings.Repeat("Within 14 days.", map[bool]int{true: 1}[on])),
	}
	if len(state.Products) < 3 {
		delete(edits, "delete product")
	}
	s.ask(`mutation { ` + edits[rapid.SampledFrom(slices.Sorted(maps.Keys(edits))).Draw(t, "edit")] + ` }`)
}

func (s *shopModel) publishing(product string, on bool) string {
	verb := map[bool]string{true: "publishablePublish", false: "publishableUnpublish"}[on]
	return fmt.Sprintf(`%s(id: %q, input: [{publicationId: %q}]) { userErrors { message } }`, verb, product, s.publication())
}

func editing(location string, on bool) string {
	return fmt.Sprintf(`locationEdit(id: %q, input: {fulfillsOnlineOrders: %t}) { userErrors { message } }`, location, on)
}

// seller edits settings in the app.
func (s *shopModel) seller(t *rapid.T) {
	state := s.look()
	members := map[string]bool{}
	input := models.SettingInput{Key: rapid.SampledFrom([]string{models.KeyPublished, models.KeyOnlineLocations, models.KeyAutoPublish, "order.tags"}).Draw(t, "key")}
	switch input.Key {
	case models.KeyPublished:
		for _, product := range slices.Sorted(maps.Keys(state.Products)) {
			members[product] = rapid.Bool().Draw(t, "published")
		}
	case models.KeyOnlineLocations:
		for _, location := range slices.Sorted(maps.Keys(state.Locations)) {
			if is := state.Locations[location]; is.Active && !is.Service {
				members[location] = rapid.Bool().Draw(t, "online")
			}
		}
	case models.KeyAutoPublish:
		input.Value = rapid.SampledFrom([]models.Value{"true", "false"}).Draw(t, "value")
	default:
		input.Value = `["mine"]`
	}
	if input.Value == "" {
		text, err := json.Marshal(members)
		require.NoError(t, err)
		input.Value = models.Value(text)
	}
	if id := s.beginEdit(input); id != "" {
		s.carryOutEditedMeanwhile(t, id, state)
		s.requirePhase(id, models.PhaseComplete)
	}
	s.requireLedgerLeadsToSettings()
}

func (s *shopModel) connects(t *rapid.T) {
	if s.connected {
		return
	}
	time.Sleep(time.Second)
	s.before, s.connected = s.look(), true
	id := s.beginConnecting(s.code)
	s.carryOutSomehow(t, id)
	s.requirePhase(id, models.PhaseComplete)
	s.requireLedgerLeadsToSettings()
	require.Equal(t, 1, s.look().Channels)
}

// withFault has at most one call fail, in any way.
func (s *shopModel) withFault(t *rapid.T, do func()) {
	if rapid.Bool().Draw(t, "fault") {
		at := rapid.IntRange(0, 60).Draw(t, "call")
		s.wire.watch(func(n int, operation string) {
			if n == at && isMutation(operation) || n == at && faultKinds[n%len(faultKinds)] != sandbox.Refused {
				require.NoError(t, s.box.AddFault(sandbox.Fault{Operation: "*", Kind: faultKinds[n%len(faultKinds)], Times: 1}))
			}
		}, nil)
	}
	do()
	s.wire.watch(nil, nil)
	s.box.ClearFaults()
}

func (s *shopModel) disconnects(t *rapid.T) {
	if !s.connected {
		return
	}
	time.Sleep(time.Second)
	s.connected = false
	now := s.look()
	s.named = s.namedInSnapshot()
	id := s.beginDisconnecting()
	s.carryOutSomehow(t, id)
	wanted, exceptions := s.wanted(now)
	s.requireRestored(id, exceptions...)
	require.Equal(t, wanted, s.look())
}

// namedInSnapshot are the products that the snapshot says something of, be it that they are not published.
func (s *shopModel) namedInSnapshot() map[string]bool {
	named := map[string]bool{}
	for _, setting := range s.account(models.AccountDetails{Snapshot: true}).Snapshot.Settings {
		if setting.Key == models.KeyPublished {
			var members map[string]bool
			require.NoError(s.t, json.Unmarshal([]byte(setting.Value), &members))
			for product := range members {
				named[product] = true
			}
		}
	}
	return named
}

// carryOutSomehow carries a transition out, with something in its way.
func (s *shopModel) carryOutSomehow(t *rapid.T, id string) {
	if rapid.Bool().Draw(t, "edited meanwhile") {
		s.carryOutEditedMeanwhile(t, id, s.before)
	} else {
		s.withFault(t, func() { s.carryOut(id) })
	}
}

// carryOutEditedMeanwhile has the merchant edit something that was there then, at one of the calls that are made while the store is
// written to. What is not written to is told as the merchant's doing.
func (s *shopModel) carryOutEditedMeanwhile(t *rapid.T, id string, then shopState) {
	at, on := rapid.IntRange(1, 60).Draw(t, "call"), rapid.Bool().Draw(t, "on")
	key, entry := models.KeyPublished, rapid.SampledFrom(slices.Sorted(maps.Keys(then.Products))).Draw(t, "product")
	mutation := s.publishing(entry, on)
	if locations := then.givenBack(); len(locations) > 0 && rapid.Bool().Draw(t, "a location") {
		key, entry = models.KeyOnlineLocations, rapid.SampledFrom(locations).Draw(t, "location")
		mutation = editing(entry, on)
	}
	told := s.editsTold(key, entry, on)
	s.wire.watch(func(n int, _ string) {
		if n == at && s.rows(`SELECT phase FROM transitions WHERE id = '` + id + `'`)[0] == "WRITING" {
			before, known := s.look(), said(t, key, entry, string(s.value(key)))
			s.ask(`mutation { ` + mutation + ` }`)
			planned := s.rows(`SELECT entry FROM store_writes WHERE transition_id = '` + id + `' AND key = '` + key + `' AND entry = '` + entry + `'`)
			if len(planned) == 0 && known != on && !reflect.DeepEqual(before, s.look()) {
				told++
			}
		}
	}, nil)
	s.carryOut(id)
	s.wire.watch(nil, nil)
	require.GreaterOrEqual(t, s.editsTold(key, entry, on), told, "what the merchant edited meanwhile is not told")
}

// editsTold counts the changes in the ledger by which the merchant has made an entry what it says.
func (s *shopModel) editsTold(key, entry string, on bool) int {
	told := 0
	for _, line := range s.rows(`SELECT COALESCE(before, '{}') || '|' || COALESCE(after, '{}') FROM setting_changes WHERE store_id = '` + s.life.seller.Store.ID +
		`' AND key = '` + key + `' AND changed_by_name = '` + models.ShopifyAdmin.Name + `'`) {
		before, after, _ := strings.Cut(line, "|")
		if said(s.t, key, entry, before) != on && said(s.t, key, entry, after) == on {
			told++
		}
	}
	return told
}

// said is what a value says of an entry: true, false or nothing.
func said(t require.TestingT, key, entry, value string) any {
	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(cmp.Or(value, "{}")), &members))
	if key == models.KeyPublished && members[entry] == nil {
		return false
	}
	return members[entry]
}

// wanted is what the store has to be like after a disconnect, and what has to be listed.
func (s *shopModel) wanted(now shopState) (shopState, []string) {
	wanted := shopState{
		Products: map[string]bool{}, Locations: maps.Clone(now.Locations), Topics: s.before.Topics, AutoPublish: s.before.AutoPublish, Policies: now.Policies,
	}
	var exceptions []string
	for location, was := range s.before.Locations {
		if !was.Active || was.Service {
			continue
		}
		if !now.Locations[location].Active {
			exceptions = append(exceptions, models.KeyOnlineLocations+" "+location+" "+string(models.LocationInactive))
			continue
		}
		wanted.Locations[location] = was
	}
	for product, was := range s.before.Products {
		if _, is := now.Products[product]; !is && (was || s.named[product]) {
			exceptions = append(exceptions, models.KeyPublished+" "+product+" "+string(models.ResourceDeleted))
		}
	}
	for product, is := range now.Products {
		was, there := s.before.Products[product]
		wanted.Products[product] = was || !there && is && s.before.AutoPublish
	}
	if s.before.Policies != now.Policies {
		exceptions = append(exceptions, models.KeyReturnPolicy+"  "+string(models.NotWritable))
	}
	return wanted, s.keepOneOnline(now, wanted, exceptions)
}

// keepOneOnline has the last location stay on that would be switched off.
func (s *shopModel) keepOneOnline(now, wanted shopState, exceptions []string) []string {
	var last string
	for _, location := range slices.Sorted(maps.Keys(wanted.Locations)) {
		is := wanted.Locations[location]
		if is.Online {
			slices.Sort(exceptions)
			return exceptions
		}
		if was := s.before.Locations[location]; now.Locations[location].Online && was.Active && !was.Service {
			last = location
		}
	}
	if last != "" {
		wanted.Locations[last] = locationState{Active: true, Online: true}
		exceptions = append(exceptions, models.KeyOnlineLocations+" "+last+" "+string(models.OnlyOnlineLocation))
	}
	slices.Sort(exceptions)
	return exceptions
}
