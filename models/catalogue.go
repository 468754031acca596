package models

import (
	"cmp"
	_ "embed" // for the catalogue
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed settings.json
var settingsJSON []byte

// SettingDefinition says what a setting is and which values it can have.
type SettingDefinition struct {
	Key        string
	Group      SettingGroup
	Title      string // a short name, such as Order tags
	Scope      SettingScope
	Source     SettingSource
	ReadOnly   bool        // at the source, which nobody but the merchant changes there
	Type       string      // boolean, string, integer, decimal, enum, object, list<…> or map<…,…>
	Values     []string    // of an enum
	Properties []string    // members an object must have
	Min, Max   json.Number // of a number; "" for no bound
	MinEntries int         // of a list or map; a setting with a least number cannot be removed
	MaxEntries *int        // of a list or map; nil for no bound
	Editable   bool        // by hand
	Before     Value       // in a store that has just come to the app; empty: the setting is absent
	// Connected is what connecting writes, with {shopCode}, {shopName} and {region} to be filled in; empty: nothing. Of a fact of TikTok
	// it is what connecting writes where it is rehearsed: what stands in for TikTok says the same.
	Connected Value
	About     string
}

// UnmarshalJSON reads a definition; one that does not say so is editable.
func (d *SettingDefinition) UnmarshalJSON(text []byte) (err error) {
	type plain SettingDefinition
	definition := struct {
		plain
		Before, Connected json.RawMessage
	}{plain: plain{Editable: true}}
	if err := json.Unmarshal(text, &definition); err != nil {
		return err
	}
	*d = SettingDefinition(definition.plain)
	if d.Before, err = parseOptional(definition.Before); err != nil {
		return err
	}
	d.Connected, err = parseOptional(definition.Connected)
	return err
}

func parseOptional(text json.RawMessage) (Value, error) {
	if text == nil {
		return "", nil
	}
	return ParseValue(text)
}

// SettingGroup is what a seller would look for a setting under.
type SettingGroup string

// The groups.
const (
	GroupProducts  SettingGroup = "PRODUCTS"
	GroupPrices    SettingGroup = "PRICES"
	GroupStock     SettingGroup = "STOCK"
	GroupOrders    SettingGroup = "ORDERS" // and cancellations and returns
	GroupShipping  SettingGroup = "SHIPPING"
	GroupTaxes     SettingGroup = "TAXES"
	GroupTechnical SettingGroup = "TECHNICAL" // what the integration keeps for itself
	GroupAds       SettingGroup = "ADS"
)

// SettingSource is where the value of a setting lives.
type SettingSource string

// The sources.
const (
	SourceShopify SettingSource = "SHOPIFY" // in the store
	SourceApp     SettingSource = "APP"     // in the app's own database
	SourceTikTok  SettingSource = "TIKTOK"  // a fact of TikTok Shop that can only be read
	SourceAds     SettingSource = "ADS"     // in the ads channel, which is never asked
)

// SettingType is a sort of values that settings can have.
type SettingType string

// The sorts of values.
const (
	TypeBoolean SettingType = "BOOLEAN"
	TypeString  SettingType = "STRING"
	TypeInteger SettingType = "INTEGER"
	TypeDecimal SettingType = "DECIMAL"
	TypeEnum    SettingType = "ENUM"
	TypeObject  SettingType = "OBJECT"
	TypeList    SettingType = "LIST"
	TypeMap     SettingType = "MAP"
)

// ValueType is the sort of values the setting has: its type without that of the elements.
func (d *SettingDefinition) ValueType() SettingType {
	outer, _, _ := strings.Cut(d.Type, "<")
	return SettingType(strings.ToUpper(outer))
}

// Catalogue is every setting there is, in key order.
type Catalogue []SettingDefinition

// DefaultCatalogue returns the settings the TikTok integration manages.
func DefaultCatalogue() Catalogue {
	catalogue, err := ParseCatalogue(settingsJSON)
	if err != nil {
		panic("models: settings.json: " + err.Error())
	}
	return catalogue
}

// ParseCatalogue reads a catalogue in the form of settings.json.
func ParseCatalogue(text []byte) (Catalogue, error) {
	var document struct{ Settings Catalogue }
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	return NewCatalogue(document.Settings), nil
}

// NewCatalogue makes a catalogue of definitions with different keys.
func NewCatalogue(definitions []SettingDefinition) Catalogue {
	catalogue := slices.Clone(definitions)
	slices.SortFunc(catalogue, func(a, b SettingDefinition) int { return strings.Compare(a.Key, b.Key) })
	return catalogue
}

// Definition returns the definition of the key, nil when there is none.
func (c Catalogue) Definition(key string) *SettingDefinition {
	at, found := slices.BinarySearchFunc(c, key, func(d SettingDefinition, key string) int { return strings.Compare(d.Key, key) })
	if !found {
		return nil
	}
	return &c[at]
}

// defaultDefinition returns what the setting is in every store, the zero definition when the app has no such setting any more.
func defaultDefinition(key string) SettingDefinition {
	if d := defaultCatalogue().Definition(key); d != nil {
		return *d
	}
	return SettingDefinition{}
}

var defaultCatalogue = sync.OnceValue(DefaultCatalogue)

// SettingTitle returns what sentences for sellers call the setting: its key when the app has no such setting any more.
func SettingTitle(key string) string {
	return cmp.Or(defaultDefinition(key).Title, key)
}

// quotedTitle is the title as the subject of a sentence.
func quotedTitle(key string) string { return "“" + SettingTitle(key) + "”" }

// Before returns the settings of a store that has just come to the app.
func (c Catalogue) Before() []SnapshotSetting {
	var settings []SnapshotSetting
	for _, d := range c {
		if d.Before != "" {
			settings = append(settings, SnapshotSetting{Key: d.Key, Scope: d.Scope, Value: d.Before})
		}
	}
	return settings
}

// Problem says why the value is not one the setting can have, in words that follow the key, or "" when it is one.
// The empty value stands for removing the setting.
func (d *SettingDefinition) Problem(value Value) string {
	if value == "" {
		if d.MinEntries > 0 {
			return "cannot be removed: " + atLeast(d.MinEntries)
		}
		return ""
	}
	if value.depth() > MaxValueDepth {
		return fmt.Sprintf("can have at most %d lists and objects inside one another", MaxValueDepth)
	}
	return d.problemOf(d.Type, value.decoded())
}

func (d *SettingDefinition) problemOf(kind string, value any) string {
	if inner, ok := strings.CutPrefix(kind, "list<"); ok {
		return d.problemOfList(strings.TrimSuffix(inner, ">"), value)
	}
	if inner, ok := strings.CutPrefix(kind, "map<"); ok {
		_, element, _ := strings.Cut(strings.TrimSuffix(inner, ">"), ",")
		return d.problemOfMap(element, value)
	}
	switch kind {
	case "boolean":
		return unless(isA[bool](value), "must be true or false")
	case "string":
		return unless(isA[string](value), "must be a string")
	case "enum":
		text, ok := value.(string)
		return unless(ok && slices.Contains(d.Values, text), "must be one of "+strings.Join(d.Values, ", "))
	case "integer", "decimal":
		return d.problemOfNumber(kind, value)
	case "object":
		return d.problemOfObject(value)
	default:
		return "has a type nobody knows: " + kind
	}
}

func (d *SettingDefinition) problemOfList(element string, value any) string {
	list, ok := value.([]any)
	if !ok {
		return "must be a list"
	}
	for i, item := range list {
		if problem := d.problemOf(element, item); problem != "" {
			return fmt.Sprintf("has an entry that is not right: entry %d %s", i, problem)
		}
	}
	return d.problemOfCount(len(list))
}

func (d *SettingDefinition) problemOfMap(element string, value any) string {
	entries, ok := value.(map[string]any)
	if !ok {
		return "must be an object with an entry for each id"
	}
	for key, item := range entries {
		if key == "" {
			return "has an entry without a name"
		}
		if problem := d.problemOf(element, item); problem != "" {
			return "has an entry that is not right: an entry " + problem
		}
	}
	return d.problemOfCount(len(entries))
}

func (d *SettingDefinition) problemOfCount(count int) string {
	if count < d.MinEntries {
		return atLeast(d.MinEntries)
	}
	if d.MaxEntries != nil && count > *d.MaxEntries {
		return fmt.Sprintf("can have at most %d entries, not %d", *d.MaxEntries, count)
	}
	return ""
}

func (d *SettingDefinition) problemOfObject(value any) string {
	members, ok := value.(map[string]any)
	if !ok {
		return "must be an object"
	}
	for _, name := range d.Properties {
		if _, ok := members[name]; !ok {
			return "must have the member " + name
		}
	}
	return ""
}

func (d *SettingDefinition) problemOfNumber(kind string, value any) string {
	number, ok := value.(json.Number)
	if !ok {
		return "must be a number"
	}
	if kind == "integer" && strings.ContainsAny(string(number), ".eE") {
		return "must be a whole number, written without point or exponent"
	}
	if d.Min != "" && compareNumbers(number, d.Min) < 0 {
		return "must be at least " + string(d.Min)
	}
	if d.Max != "" && compareNumbers(number, d.Max) > 0 {
		return "must be at most " + string(d.Max)
	}
	return ""
}

func atLeast(entries int) string {
	return fmt.Sprintf("must have at least %d", entries) + plural(entries, " entry", " entries")
}

func isA[T any](value any) bool {
	_, ok := value.(T)
	return ok
}

func unless(ok bool, problem string) string {
	if ok {
		return ""
	}
	return problem
}
