package models

import (
	"maps"
	"slices"
)

// ConnectPreview is what connecting a shop would do to the settings now, as far as that is known before TikTok has said which shop
// it is.
type ConnectPreview struct {
	Refusal *ConnectTikTokShopUserError // why no shop can be connected; nil when one can
	Changes []ConnectPreviewChange      // in key order
}

// ConnectPreviewChange is a setting that connecting would change.
type ConnectPreviewChange struct {
	Key   string
	Scope SettingScope
	Kind  SettingChangeKind
	// After is the value that it would get; empty where that depends on the shop, or on the products and locations there are then.
	After Value
}

// NewConnectPreview works out what connecting would do, unless it is refused. settings are those that have a value, which may be left
// out where it is long.
func (c Catalogue) NewConnectPreview(refusal *ConnectTikTokShopUserError, settings []Setting) *ConnectPreview {
	preview := &ConnectPreview{Refusal: refusal, Changes: []ConnectPreviewChange{}}
	if refusal != nil {
		return preview
	}
	present := indexByKey(settings)
	for i := range c {
		d := &c[i]
		if d.Connected == "" || d.Scope == ScopeAds || d.ReadOnly {
			continue
		}
		kind, now := SettingAdded, Value("")
		if index, exists := present[d.Key]; exists {
			kind, now = SettingUpdated, settings[index].Value
		}
		if after := d.foreseenConnected(now); after == "" || after != now {
			preview.Changes = append(preview.Changes, ConnectPreviewChange{Key: d.Key, Scope: d.Scope, Kind: kind, After: after})
		}
	}
	return preview
}

// foreseenConnected is the value that connecting gives the setting, as ConnectedIn does; empty where that is not known yet.
func (d *SettingDefinition) foreseenConnected(now Value) Value {
	switch {
	case d.Key == KeyOnlineLocations && now != "": // which names all locations
		return AllTrue(slices.Collect(maps.Keys(members(now))))
	case d.ValueType() == TypeMap, d.Source == SourceTikTok, d.namesShop():
		return ""
	}
	return d.Connected
}

// namesShop reports whether what connecting writes has placeholders for what TikTok says about the shop.
func (d *SettingDefinition) namesShop() bool {
	return fill(d.Connected, placeholders(Authorization{})) != d.Connected
}
