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
	// ObservedAt is when it was last read in the store, or at TikTok; nil for settings that live with the app.
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
	Key      string
	Value    Value
	Omitted  bool   // no value was sent, not even null: removing must be asked for
	Expected *Value // what whoever edits has seen, empty when the setting was not there; nil when anything may be replaced
}

// MaxEdited is how many settings can be named at once: more than there are, so that only mistakes are longer, and each of those is told.
const MaxEdited = MaxPage

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
	StaleValue           UpdateSettingsErrorCode = "STALE_VALUE"
	DailyLimitReached    UpdateSettingsErrorCode = "DAILY_LIMIT_REACHED"
)

// RefuseInputs returns a refusal for each input of an edit by hand that cannot be accepted, whatever the settings are now. shop is how
// the store's TikTok Shop account is, "" when there is none.
func RefuseInputs(catalogue Catalogue, shop AccountStatus, inputs []SettingInput) (refusals []UpdateSettingsUserError) {
	named := make(map[string]bool, len(inputs))
	for i, input := range inputs {
		definition := catalogue.Definition(input.Key)
		if refusal := checkInput(definition, shop, named[input.Key], input); refusal != nil {
			refusal.Field = append([]string{"settings", strconv.Itoa(i)}, refusal.Field...)
			refusals = append(refusals, *refusal)
		}
		named[input.Key] = definition != nil
	}
	return refusals
}

// UpdateSettings decides an edit by hand whose inputs RefuseInputs accepts: the changes it makes, or a refusal for each input that would
// replace what was not seen. Inputs that name the value a setting has already make no change. Of the settings it looks at those that are
// named.
func UpdateSettings(catalogue Catalogue, settings []Setting, inputs []SettingInput) ([]SettingChange, []UpdateSettingsUserError) {
	wanted := make([]SnapshotSetting, len(inputs))
	for i, input := range inputs {
		wanted[i] = SnapshotSetting{Key: input.Key, Scope: catalogue.Definition(input.Key).Scope, Value: input.Value}
	}
	changes := ChangesTo(settings, wanted)
	if refusals := refuseStale(inputs, changes); len(refusals) > 0 {
		return nil, refusals
	}
	return changes, nil
}

// refuseStale refuses to replace values that whoever edits has not seen.
func refuseStale(inputs []SettingInput, changes []SettingChange) (refusals []UpdateSettingsUserError) {
	for i, input := range inputs {
		at := slices.IndexFunc(changes, func(change SettingChange) bool { return change.Key == input.Key })
		if at >= 0 && input.Expected != nil && *input.Expected != changes[at].Before {
			message := quotedTitle(input.Key) + " was changed since it was read, by " + changes[at].LastChangedBy.Name + "."
			refusals = append(refusals, *refuse(StaleValue, message, "settings", strconv.Itoa(i), "expected"))
		}
	}
	return refusals
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

// RejectedByShopify says which inputs of an edit Shopify does not take, or has not taken yet. asked are the changes that live in the store:
// they all are where the edit has failed as a whole, and else those that the rejected writes are of.
func RejectedByShopify(inputs []SettingInput, asked []SettingChange, edit Transition, rejected []StoreWrite) []UpdateSettingsUserError {
	var refusals []UpdateSettingsUserError
	for i, input := range inputs {
		at := slices.IndexFunc(rejected, func(write StoreWrite) bool { return write.Key == input.Key })
		message := ""
		switch {
		case at >= 0:
			message = " was not changed" + inWhole(rejected[at]) + ": " + rejected[at].rejection()
		case !slices.ContainsFunc(asked, func(change SettingChange) bool { return change.Key == input.Key }):
		case edit.ProblemCode != "" && edit.CompletedAt != nil:
			message = " was not changed. " + edit.problemMessage()
		case edit.ProblemCode != "":
			message = " is not changed yet. " + edit.problemMessage()
		case edit.Phase != "" && edit.CompletedAt == nil:
			message = " is not changed yet: it is still being written to the store."
		}
		if message != "" {
			refusals = append(refusals, *refuse(NotEditable, quotedTitle(input.Key)+message, "settings", strconv.Itoa(i), "value"))
		}
	}
	return refusals
}

// inWhole says that the rest of a setting was changed, where a write is of one of its entries.
func inWhole(write StoreWrite) string {
	if write.Entry == "" {
		return ""
	}
	return " in whole"
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
	title := quotedTitle(input.Key)
	switch {
	case definition == nil:
		return refuse(UnknownSetting, "There is no setting of this key.", "key")
	case repeated:
		return refuse(DuplicateKey, title+" is named more than once.", "key")
	case !definition.Editable:
		return refuse(NotEditable, title+" is kept up by the integration and cannot be edited.", "key")
	case shop == AccountDisconnecting && definition.Scope == ScopeStore:
		return refuse(NotEditable, title+" cannot be edited until the store was given back.", "key")
	case shop == AccountConnecting && definition.Source == SourceShopify:
		return refuse(NotEditable, title+" cannot be edited until the store is connected.", "key")
	case definition.Scope == ScopeTikTokShop && shop != AccountConnected:
		return refuse(SettingsNotConnected, title+" exists only while TikTok Shop is connected.", "key")
	case input.Omitted:
		return refuse(InvalidValue, title+" needs a value; null removes the setting.", "value")
	case len(input.Value) > MaxValueBytes:
		return refuse(ValueTooLarge, title+" may have at most 1 MiB.", "value")
	}
	if problem := definition.Problem(input.Value); problem != "" {
		return refuse(InvalidValue, title+" "+problem+".", "value")
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
