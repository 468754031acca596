package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Wanted is a setting that connecting writes. Places in its value may be kept for what TikTok says of the shop.
type Wanted struct {
	Recorded
	places bool
}

// ReadWanted returns what connecting writes, in key order.
func ReadWanted() ([]Wanted, error) {
	definitions, err := readDefinitions()
	if err != nil {
		return nil, err
	}
	var all []Wanted
	for _, s := range definitions {
		if s.Connected == nil || s.Scope == "ADS" {
			continue
		}
		value, err := canonical(s.Connected)
		if err != nil {
			return nil, err
		}
		all = append(all, Wanted{Recorded{s.Key, s.Scope, value}, strings.Contains(value, "{shop") || strings.Contains(value, "{region}")})
	}
	slices.SortFunc(all, func(a, b Wanted) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

type definition struct {
	Key, Title, Scope string
	Connected         json.RawMessage
}

func readDefinitions() ([]definition, error) {
	text, err := os.ReadFile(os.Getenv("SETTINGS_JSON"))
	if err != nil {
		return nil, err
	}
	var catalogue struct{ Settings []definition }
	err = json.Unmarshal(text, &catalogue)
	return catalogue.Settings, err
}

// titles are what sentences call settings, by key. Who cannot read them has failed to start.
var titles = sync.OnceValue(func() map[string]string {
	definitions, _ := readDefinitions()
	byKey := make(map[string]string, len(definitions))
	for _, d := range definitions {
		byKey[d.Key] = d.Title
	}
	return byKey
})

// canonical writes JSON as the product keeps it.
func canonical(text []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	var written strings.Builder
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(written.String(), "\n"), err
}

// Shop is what an authorization code stands for.
type Shop struct{ Code, Name, Region string }

var authorizationCode = regexp.MustCompile(`^sandbox:([A-Z]{2}):owner:([A-Za-z0-9_-]{1,64})$`)

// ShopOf returns the shop that an authorization code lets the caller connect.
func ShopOf(code string, caller Caller) (Shop, error) {
	parts := authorizationCode.FindStringSubmatch(code)
	if parts == nil || parts[1] != caller.Region {
		return Shop{}, errors.New("TikTok does not know this authorization code")
	}
	return Shop{Code: parts[2], Name: "TikTok Shop " + parts[2], Region: parts[1]}, nil
}

// Filled returns what connecting writes for the shop.
func (s Shop) Filled(wanted []Wanted) []Recorded {
	filler := strings.NewReplacer("{shopCode}", s.Code, "{shopName}", s.Name, "{region}", s.Region)
	list := make([]Recorded, len(wanted))
	for i, w := range wanted {
		list[i] = w.Recorded
		if w.places {
			list[i].Value = filler.Replace(w.Value)
		}
	}
	return list
}
