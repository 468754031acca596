package models

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Setting is one setting of a store. A setting that was removed leaves a row with an empty Value behind, so that
// who removed it stays known.
type Setting struct {
	Key       string
	Scope     SettingScope
	Value     Value
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	UpdatedBy Actor     `gorm:"embedded;embeddedPrefix:updated_by_"`
	// ObservedAt is when the store was last read; nil for settings that do not live there.
	ObservedAt *time.Time

	OmittedValue int32 // how many bytes a value has that was not read; 0 when it was
}

// SettingScope is what a setting belongs to.
type SettingScope string

// The scopes.
const (
	ScopeStore      SettingScope = "STORE"       // the store's own; goes back to the snapshot
	ScopeTikTokShop SettingScope = "TIKTOK_SHOP" // exists for the connection alone
	ScopeAds        SettingScope = "ADS"         // TikTok for Business; never read or written by connecting
)

// SettingChange is what becomes of one setting.
type SettingChange struct {
	Key           string            `json:"key"`
	Scope         SettingScope      `json:"scope"`
	Kind          SettingChangeKind `gorm:"-"                                        json:"kind"`
	Before        Value             `json:"before"` // empty when the setting did not exist
	After         Value             `json:"after"`  // empty when it exists no longer
	LastChangedBy Actor             `gorm:"embedded;embeddedPrefix:last_changed_by_" json:"lastChangedBy"`

	// How many bytes a value has that was left out; 0 when it was not, or when there is none.
	OmittedBefore int32 `json:"-"`
	OmittedAfter  int32 `json:"-"`
}

// SettingChangeKind tells sorts of changes apart.
type SettingChangeKind string

// The sorts of changes.
const (
	SettingAdded   SettingChangeKind = "ADDED"
	SettingUpdated SettingChangeKind = "UPDATED"
	SettingRemoved SettingChangeKind = "REMOVED"
)

// WithKind returns the change with its kind, which follows from its values, be they left out or not.
func (c SettingChange) WithKind() SettingChange {
	c.Kind = kindOfChange(c.BeforeBytes(), c.AfterBytes())
	return c
}

// KindOfChange tells which sort of change leads from one value to another.
func KindOfChange(before, after Value) SettingChangeKind {
	return kindOfChange(int32(len(before)), int32(len(after)))
}

func kindOfChange(beforeBytes, afterBytes int32) SettingChangeKind {
	switch {
	case beforeBytes == 0:
		return SettingAdded
	case afterBytes == 0:
		return SettingRemoved
	default:
		return SettingUpdated
	}
}

// SettingInput asks for a setting to be given a value, or to be removed when the value is empty.
type SettingInput struct {
	Key     string
	Value   Value
	Omitted bool // no value was sent, not even null: removing must be asked for
}

// UpdateSettingsErrorCode says why updateSettings refuses.
type UpdateSettingsErrorCode string

// The codes of updateSettings's refusals.
const (
	UnknownSetting       UpdateSettingsErrorCode = "UNKNOWN_SETTING"
	InvalidValue         UpdateSettingsErrorCode = "INVALID_VALUE"
	ValueTooLarge        UpdateSettingsErrorCode = "VALUE_TOO_LARGE"
	DuplicateKey         UpdateSettingsErrorCode = "DUPLICATE_KEY"
	NotEditable          UpdateSettingsErrorCode = "NOT_EDITABLE"
	SettingsNotConnected UpdateSettingsErrorCode = "NOT_CONNECTED"
)

// UpdateSettings decides an edit by hand: the changes it makes, or one refusal for each input that cannot be
// accepted. Inputs that name the value a setting has already make no change. shop is how the store's TikTok Shop account is, "" when
// there is none.
func UpdateSettings(catalogue Catalogue, shop AccountStatus, settings []Setting, inputs []SettingInput) ([]SettingChange, []UpdateSettingsUserError) {
	var refusals []UpdateSettingsUserError
	named := make(map[string]bool, len(inputs))
	wanted := make([]SnapshotSetting, 0, len(inputs))
	for i, input := range inputs {
		definition := catalogue.Definition(input.Key)
		if refusal := checkInput(definition, shop, named[input.Key], input); refusal != nil {
			refusal.Field = append([]string{"settings", strconv.Itoa(i)}, refusal.Field...)
			refusals = append(refusals, *refusal)
		}
		if definition != nil {
			named[input.Key] = true
			wanted = append(wanted, SnapshotSetting{Key: input.Key, Scope: definition.Scope, Value: input.Value})
		}
	}
	if len(refusals) > 0 {
		return nil, refusals
	}
	return ChangesTo(settings, wanted), nil
}

// SplitEdit tells the changes of an edit apart: those that are true at once, and those that are true when Shopify has them. What
// an edit before still waits for there does, too, whatever it is now.
func (c Catalogue) SplitEdit(changes []SettingChange, waiting map[string]bool) (atOnce, inStore []SettingChange) {
	for _, change := range changes {
		if waiting[change.Key] || len(c.PlanEdit([]SettingChange{change})) > 0 {
			inStore = append(inStore, change)
		} else {
			atOnce = append(atOnce, change)
		}
	}
	return atOnce, inStore
}

// RefusedByShopify says which inputs of an edit Shopify does not take: those that the refused writes are of, or, where the edit has
// failed as a whole, all that live in the store.
func (c Catalogue) RefusedByShopify(inputs []SettingInput, edit Transition, refused []StoreWrite) []UpdateSettingsUserError {
	var refusals []UpdateSettingsUserError
	for i, input := range inputs {
		message, definition := "", c.Definition(input.Key)
		at := slices.IndexFunc(refused, func(write StoreWrite) bool { return write.Key == input.Key })
		switch {
		case at >= 0:
			message = input.Key + " was not changed in whole: " + refused[at].refusal()
		case edit.CompletedAt != nil && edit.ProblemCode != "" && definition != nil && definition.Source == SourceShopify:
			message = input.Key + " was not changed. " + edit.problemMessage()
		}
		if message != "" {
			refusals = append(refusals, *refuse(NotEditable, message, "settings", strconv.Itoa(i), "value"))
		}
	}
	return refusals
}

// FirstChanges are the changes that bring a store's settings in. Of those of one key the last counts.
func FirstChanges(settings []SnapshotSetting) []SettingChange {
	wanted := make([]SnapshotSetting, 0, len(settings))
	named := make(map[string]bool, len(settings))
	for _, setting := range slices.Backward(settings) {
		if !named[setting.Key] {
			named[setting.Key] = true
			wanted = append(wanted, setting)
		}
	}
	return ChangesTo(nil, wanted)
}

// Apply returns the settings as they are after the changes.
func Apply(settings []Setting, changes []SettingChange, by Actor, at time.Time) map[string]Setting {
	after := make(map[string]Setting, len(settings)+len(changes))
	for _, setting := range settings {
		after[setting.Key] = setting
	}
	for _, c := range changes {
		after[c.Key] = Setting{Key: c.Key, Scope: c.Scope, Value: c.After, UpdatedAt: at, UpdatedBy: by}
	}
	return after
}

// ApplyInOrder is Apply, in key order.
func ApplyInOrder(settings []Setting, changes []SettingChange, by Actor, at time.Time) []Setting {
	after := Apply(settings, changes, by, at)
	list := make([]Setting, 0, len(after))
	for _, key := range slices.Sorted(maps.Keys(after)) {
		list = append(list, after[key])
	}
	return list
}

// Named returns those of the settings that the inputs name and that exist, in the order of the inputs.
func Named(inputs []SettingInput, settings map[string]Setting) []Setting {
	named := make([]Setting, 0, len(inputs))
	for _, input := range inputs {
		if setting := settings[input.Key]; setting.Value != "" {
			named = append(named, setting)
		}
	}
	return named
}

func checkInput(definition *SettingDefinition, shop AccountStatus, repeated bool, input SettingInput) *UpdateSettingsUserError {
	switch {
	case definition == nil:
		return refuse(UnknownSetting, "There is no setting of this key.", "key")
	case repeated:
		return refuse(DuplicateKey, input.Key+" is named more than once.", "key")
	case !definition.Editable:
		return refuse(NotEditable, input.Key+" is kept up by the integration and cannot be edited.", "key")
	case shop == AccountDisconnecting && definition.Scope == ScopeStore:
		return refuse(NotEditable, input.Key+" cannot be edited while the store is being given back. Wait until that is done.", "key")
	case shop == AccountConnecting && definition.Source == SourceShopify:
		return refuse(NotEditable, input.Key+" cannot be edited while the store is being connected. Wait until that is done.", "key")
	case definition.Scope == ScopeTikTokShop && shop != AccountConnected:
		return refuse(SettingsNotConnected, input.Key+" exists only while TikTok Shop is connected.", "key")
	case input.Omitted:
		return refuse(InvalidValue, input.Key+" needs a value; null removes the setting.", "value")
	case len(input.Value) > MaxValueBytes:
		return refuse(ValueTooLarge, input.Key+" may have at most 1 MiB.", "value")
	}
	if problem := definition.Problem(input.Value); problem != "" {
		return refuse(InvalidValue, input.Key+" "+problem+".", "value")
	}
	return nil
}

// ChangesTo lists, in key order, what has to change for the wanted settings, each named once, to have their wanted
// values. Settings that are not wanted stay as they are.
func ChangesTo(settings []Setting, wanted []SnapshotSetting) []SettingChange {
	present := indexByKey(settings)
	changes := make([]SettingChange, 0, len(wanted))
	for _, want := range wanted {
		have := Setting{UpdatedBy: Integration}
		if index, ok := present[want.Key]; ok {
			have = settings[index]
		}
		if have.Value == want.Value {
			continue
		}
		changes = append(changes, SettingChange{
			Key: want.Key, Scope: want.Scope, Kind: KindOfChange(have.Value, want.Value),
			Before: have.Value, After: want.Value, LastChangedBy: have.UpdatedBy,
		})
	}
	slices.SortFunc(changes, func(a, b SettingChange) int { return cmp.Compare(a.Key, b.Key) })
	return changes
}

// indexByKey says where in the list the setting of a key is.
func indexByKey(settings []Setting) map[string]int {
	list := make(map[string]int, len(settings))
	for i := range settings {
		list[settings[i].Key] = i
	}
	return list
}
