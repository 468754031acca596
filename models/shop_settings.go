package models

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// ShopObservation is what was read of a shop at TikTok: the settings that are facts there, by calls that ended at one moment.
type ShopObservation struct {
	Begun, At time.Time // when the first of them was sent, and the last was answered
	// Values are what TikTok says, "" where it has none. Of settings that are not here it does not say: they stay as they are.
	Values map[string]Value
	// Carriers are the ids of those that ship the shop's orders, by name.
	Carriers map[string]string
	// Rehearsed says that a stand-in answered. What TikTok has no operation for is what the catalogue says there, and nothing in a
	// real shop.
	Rehearsed bool
}

// The settings that are facts of TikTok Shop.
const (
	KeyDefaultWarehouse = "warehouse.default"
	KeyReturnWarehouse  = "warehouse.returnAddress"
	KeyShippingMode     = "shipping.mode"
	KeyShippingTemplate = "shipping.template"
	KeyStrikethrough    = "price.strikethrough" // TikTok has no operation that says
	KeyDailyLimit       = "product.dailyLimit"  // likewise: only whether it is reached
)

// Who ships a shop's orders.
const (
	ShippedByTikTok = "TIKTOK"
	ShippedBySeller = "SELLER"
)

// Settings of the app that name what is at TikTok.
const (
	KeyCarrierMapping = "shipping.carrierMapping"
	KeyProductLinks   = "product.links"
)

// value is what is known of a setting that is a fact of TikTok; known is false where TikTok did not say.
func (o *ShopObservation) value(d *SettingDefinition) (value Value, known bool) {
	if value, known = o.Values[d.Key]; known {
		return value, true
	}
	if d.Key != KeyStrikethrough && d.Key != KeyDailyLimit {
		return "", false
	}
	if o.Rehearsed {
		return d.Connected, true
	}
	return "", true
}

// connectedIn is the value that connecting the shop that was observed gives a setting; "" for none. Nothing is known of a shop that
// is nil: TikTok did not answer.
func (d *SettingDefinition) connectedIn(shop *ShopObservation, connected Value) Value {
	switch {
	case d.Source == SourceTikTok && shop == nil:
		return ""
	case d.Source == SourceTikTok:
		value, _ := shop.value(d)
		return value
	case d.Key == KeyCarrierMapping:
		return carriersOf(shop, connected)
	case d.Key == KeyProductLinks && (shop == nil || !shop.Rehearsed):
		return "{}"
	}
	return connected
}

// carriersOf has a mapping of carriers name those that ship the shop's orders: the others are left out, and the whole where none is left.
func carriersOf(shop *ShopObservation, mapping Value) Value {
	if shop == nil {
		return ""
	}
	known := make(map[string]string, len(shop.Carriers))
	for name, id := range shop.Carriers {
		known[strings.ToLower(name)] = id
	}
	mapped := map[string]any{}
	for name := range members(mapping) {
		if id := known[strings.ToLower(name)]; id != "" {
			mapped[name] = id
		}
	}
	if len(mapped) == 0 {
		return ""
	}
	return mustValue(mapped)
}

// ReconcileShop lists what has to change for the settings to say what was observed in the shop. What a person has edited stays. The
// carriers are the app's own setting: they are brought in once, where connecting could not.
func (c Catalogue) ReconcileShop(settings []Setting, shop *ShopObservation) []SettingChange {
	present := indexByKey(settings)
	wanted := make([]SnapshotSetting, 0, 8)
	for i := range c {
		d := &c[i]
		var have Setting
		if index, known := present[d.Key]; known {
			have = settings[index]
		}
		if have.UpdatedBy.isPerson() {
			continue
		}
		switch {
		case d.Source == SourceTikTok:
			if value, known := shop.value(d); known {
				wanted = append(wanted, SnapshotSetting{Key: d.Key, Scope: d.Scope, Value: value})
			}
		case d.Key == KeyCarrierMapping && have.Value == "":
			wanted = append(wanted, SnapshotSetting{Key: d.Key, Scope: d.Scope, Value: carriersOf(shop, d.Connected)})
		}
	}
	return ChangesTo(settings, wanted)
}

// Keys are those of the settings that TikTok has said something about.
func (o *ShopObservation) Keys() []string { return slices.Sorted(maps.Keys(o.Values)) }

// ReadShop is the job that reads the settings of a shop at TikTok that could not be read while it was connected.
type ReadShop struct {
	Account string `json:"account"`
}

// Kind implements Job.
func (ReadShop) Kind() string { return "read_shop" }

// Queue is the name of the queue.
func (ReadShop) Queue() string { return NotificationQueue }
