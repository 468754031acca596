package models

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Observation is what was read of a store at Shopify: all of its settings that live there, by queries that ended at one
// moment.
type Observation struct {
	Begun, At time.Time         // when the first of them was sent, and the last was answered
	Settings  []SnapshotSetting // those that exist, in key order
	Products  map[string]bool   // the ids of all products there are
	// Locations are the ids of those that can fulfill online orders now: active ones that no fulfillment service runs. Others
	// are in Unwritable, with the reason.
	Locations  map[string]bool
	Unwritable map[string]RestorationExceptionReason
	// Shop is what was read at TikTok beside that, of a shop that is being connected; nil when TikTok did not say.
	Shop *ShopObservation
}

// Value is the observed value of a setting, empty when there is none.
func (o *Observation) Value(key string) Value {
	for _, setting := range o.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}

// Has reports whether there is a product or location of the id.
func (o *Observation) Has(id string) bool { return o.Locations[id] || o.Products[id] }

// knowsProducts reports whether it says of every product that is not there that it does not exist.
func (o *Observation) knowsProducts() bool { return len(o.Products) > 0 || o.Value(KeyPublished) != "" }

// deleted lists the products that a value names and that do not exist any more, in their order.
func (o *Observation) deleted(key string, value Value) []string {
	if key != KeyPublished || value == "" || !o.knowsProducts() {
		return nil
	}
	named := members(value)
	maps.DeleteFunc(named, func(product string, _ any) bool { return o.Products[product] })
	return slices.Sorted(maps.Keys(named))
}

// members are what the value of a map names; there are none in other values.
func members(value Value) map[string]any {
	if value == "" {
		return nil
	}
	named, _ := value.decoded().(map[string]any)
	return named
}

// reworded is the observed value of a setting, as near to the former wording as can be. Nothing is said of products that do not
// exist any more.
func (o *Observation) reworded(key string, former Value) Value {
	return reworded(key, o.withoutDeleted(key, former), o.Value(key))
}

func (o *Observation) withoutDeleted(key string, value Value) Value {
	deleted := o.deleted(key, value)
	if len(deleted) == 0 {
		return value
	}
	left := members(value)
	for _, product := range deleted {
		delete(left, product)
	}
	return mustValue(left)
}

// hindrance says why an entry of a setting cannot be written, "" when it can as far as is known.
func (o *Observation) hindrance(key, entry string) RestorationExceptionReason {
	switch {
	case key == KeyPublished && !o.Products[entry]:
		return ResourceDeleted
	case key == KeyOnlineLocations && !o.Locations[entry]:
		return cmp.Or(o.Unwritable[entry], ResourceDeleted)
	}
	return ""
}

// The settings that live in a Shopify store.
const (
	KeyAutoPublish      = "publication.autoPublish"
	KeyPublished        = "product.published"
	KeyOnlineLocations  = "location.fulfillsOnlineOrders"
	KeyAttribution      = "order.attributionSource"
	KeyWebhookTopics    = "webhook.topics"
	KeyResourceFeedback = "store.resourceFeedback"
	KeyChannel          = "channel.connection"
	KeyReturnPolicy     = "returns.policyShown" // only read
)

// entries are what a value says, one by one: of each product, location or event, or of the whole under the name "". Two
// values with the same entries are the same to Shopify, whatever their wording: products that are not published need not
// be named, and neither has the order of events a meaning.
type entries map[string]Value

func entriesOf(key string, value Value) entries {
	if value == "" {
		return entries{}
	}
	switch key {
	case KeyPublished:
		return entriesOfMap(value, func(v Value) bool { return v == "true" })
	case KeyOnlineLocations:
		return entriesOfMap(value, func(Value) bool { return true })
	case KeyWebhookTopics:
		topics := entries{}
		list, _ := value.decoded().([]any)
		for _, topic := range list {
			if name, ok := topic.(string); ok {
				topics[name] = "true"
			}
		}
		return topics
	case KeyResourceFeedback:
		if value == `"ACCEPTED"` { // which takes the notice away, and reads back as none
			return entries{}
		}
	}
	return entries{"": value}
}

func entriesOfMap(value Value, says func(Value) bool) entries {
	if flags, ok := flagsOf(value); ok {
		maps.DeleteFunc(flags, func(_ string, v Value) bool { return !says(v) })
		return flags
	}
	members, _ := value.decoded().(map[string]any)
	found := make(entries, len(members))
	for name, member := range members {
		if v := mustValue(member); says(v) {
			found[name] = v
		}
	}
	return found
}

// flagsOf takes a map of ids to true or false apart without copying it: one of 100,000 products takes ten times its room when it is
// decoded. ok is false of other values.
func flagsOf(value Value) (flags entries, ok bool) {
	text, ok := strings.CutPrefix(string(value), "{")
	if !ok || strings.Contains(text, `\`) {
		return nil, false
	}
	flags = make(entries, strings.Count(text, ":true")+strings.Count(text, ":false"))
	for text != "}" {
		id, rest, ok := strings.Cut(strings.TrimPrefix(text, `"`), `":`)
		if !ok {
			return nil, false
		}
		for _, flag := range []string{"true", "false"} {
			if text, ok = strings.CutPrefix(rest, flag); ok {
				flags[id] = Value(flag)
				break
			}
		}
		if !ok {
			return nil, false
		}
		text = strings.TrimPrefix(text, ",")
	}
	return flags, true
}

// AllTrue is the value that maps each of the ids, of which none is there twice, to true.
func AllTrue(ids []string) Value {
	length := len("{}")
	for _, id := range ids {
		if strings.ContainsFunc(id, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
			return mustValue(trueOf(ids))
		}
		length += len(id) + len(`"":true,`)
	}
	var text strings.Builder
	text.Grow(length)
	separator := "{"
	for _, id := range slices.Sorted(slices.Values(ids)) {
		text.WriteString(separator + `"` + id + `":true`)
		separator = ","
	}
	if len(ids) == 0 {
		text.WriteString(separator)
	}
	text.WriteString("}")
	return Value(text.String())
}

func trueOf(ids []string) map[string]any {
	members := make(map[string]any, len(ids))
	for _, id := range ids {
		members[id] = true
	}
	return members
}

// reworded returns a value that says what is observed, as near to the former wording as can be: the former value itself
// when it says the same.
func reworded(key string, former, observed Value) Value {
	if former == observed {
		return former
	}
	said, says := entriesOf(key, former), entriesOf(key, observed)
	if maps.Equal(said, says) {
		return former
	}
	switch key {
	case KeyPublished:
		return rewordedMap(former, says)
	case KeyWebhookTopics:
		return rewordedList(former, says)
	}
	return observed
}

// rewordedMap keeps naming what was named.
func rewordedMap(former Value, says entries) Value {
	if named, ok := flagsOf(former); (ok || former == "") && !namesOthers(named, says) {
		return AllTrue(slices.Collect(maps.Keys(says)))
	}
	members := make(map[string]any, len(says))
	if former != "" {
		named, _ := former.decoded().(map[string]any)
		for name := range named {
			members[name] = false
		}
	}
	for name := range says {
		members[name] = true
	}
	return mustValue(members)
}

// namesOthers reports whether a value names entries that the other does not have.
func namesOthers(named, says entries) bool {
	for name := range named {
		if says[name] == "" {
			return true
		}
	}
	return false
}

func rewordedList(former Value, says entries) Value {
	list := []any{}
	if former != "" {
		named, _ := former.decoded().([]any)
		for _, item := range named {
			if name, ok := item.(string); ok && says[name] != "" {
				list = append(list, name)
				delete(says, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(says)) {
		list = append(list, name)
	}
	return mustValue(list)
}

func mustValue(decoded any) Value {
	value, err := NewValue(decoded)
	if err != nil {
		panic("models: what was decoded from JSON is JSON: " + err.Error())
	}
	return value
}

// ConnectedIn returns the settings the integration needs in the store that was observed: what is about products or
// locations names those that the store has, and the store's products are all published. What TikTok has to say is what it said.
func (c Catalogue) ConnectedIn(observed *Observation, authorization Authorization) []SnapshotSetting {
	wanted := c.connected(authorization)
	for i := range wanted {
		wanted[i].Value = c.Definition(wanted[i].Key).connectedIn(observed.Shop, wanted[i].Value)
	}
	wanted = slices.DeleteFunc(wanted, func(setting SnapshotSetting) bool { return setting.Value == "" })
	for i := range wanted {
		definition := c.Definition(wanted[i].Key)
		switch {
		case wanted[i].Key == KeyPublished:
			wanted[i].Value = allTrue(observed.Products)
		case wanted[i].Key == KeyOnlineLocations:
			wanted[i].Value = allTrue(observed.Locations)
		case strings.HasPrefix(definition.Type, "map<ID,"):
			wanted[i].Value = onlyOf(wanted[i].Value, observed)
		}
	}
	return wanted
}

func allTrue(ids map[string]bool) Value { return AllTrue(slices.Collect(maps.Keys(ids))) }

// onlyOf leaves out the products and locations that the store has not.
func onlyOf(value Value, observed *Observation) Value {
	members, _ := value.decoded().(map[string]any)
	for id := range members {
		about := strings.HasPrefix(id, "gid://shopify/Product/") || strings.HasPrefix(id, "gid://shopify/Location/")
		if about && !observed.Has(id) {
			delete(members, id)
		}
	}
	return mustValue(members)
}

// WithoutApp is the store when the app was uninstalled there: Shopify removes by itself what the app has in it.
func (o *Observation) WithoutApp() *Observation {
	left := *o
	left.Settings = slices.DeleteFunc(slices.Clone(o.Settings), func(setting SnapshotSetting) bool {
		return writeOrder[setting.Key] > 0 && setting.Key != KeyOnlineLocations
	})
	return &left
}

// ObservedSettings makes settings of what was read of them: values, or what encoding/json decodes them to.
func ObservedSettings(values map[string]any) ([]SnapshotSetting, error) {
	settings := make([]SnapshotSetting, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value, isValue := values[key].(Value)
		if !isValue {
			var err error
			if value, err = NewValue(values[key]); err != nil {
				return nil, err
			}
		}
		settings = append(settings, SnapshotSetting{Key: key, Scope: ScopeStore, Value: value})
	}
	return settings, nil
}

// LastObserved is the store as the settings say it was when it was last read.
func (c Catalogue) LastObserved(settings []Setting) *Observation {
	last := &Observation{Products: map[string]bool{}, Locations: map[string]bool{}}
	for _, setting := range settings {
		if definition := c.Definition(setting.Key); definition == nil || definition.Source != SourceShopify || setting.Value == "" {
			continue
		}
		last.Settings = append(last.Settings, SnapshotSetting{Key: setting.Key, Scope: setting.Scope, Value: setting.Value})
		known := map[string]map[string]bool{KeyPublished: last.Products, KeyOnlineLocations: last.Locations}[setting.Key]
		if members, ok := setting.Value.decoded().(map[string]any); ok && known != nil {
			for id := range members {
				known[id] = true
			}
		}
	}
	return last
}
