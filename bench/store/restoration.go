package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// Setting is one as it is read. Without a value it was removed.
type Setting struct{ Key, Scope, Value, Kind, Name string }

// Recorded is one of a snapshot.
type Recorded struct {
	Key   string `json:"key"`
	Scope string `json:"scope"`
	Value string `json:"value"`
}

// Changed is what becomes of a setting, and who wrote the value it had.
type Changed struct{ Key, Scope, Before, After, Kind, Name string }

// Sort says whether the setting is added, removed or updated.
func (c Changed) Sort() string {
	switch {
	case c.Before == "":
		return "ADDED"
	case c.After == "":
		return "REMOVED"
	default:
		return "UPDATED"
	}
}

// Account is an account with its epoch and, when it is a connected shop, the settings outside the ads scope.
type Account struct {
	ID, Name, Kind, Status, Region string
	Epoch, Digest, Snapshot        string
	OpenedAt                       time.Time
	Salt                           []byte
	Settings                       []Setting // in no order
}

// ConnectedShop reports whether the account can be disconnected.
func (a Account) ConnectedShop() bool { return a.Kind == "TIKTOK_SHOP" && a.Status == "CONNECTED" }

var errDamaged = errors.New("the snapshot is damaged")

// Restoring works out what leads back to the snapshot, which must match its digest.
func (a Account) Restoring() ([]Changed, error) {
	var snapshot []Recorded
	if err := json.Unmarshal([]byte(a.Snapshot), &snapshot); err != nil {
		return nil, errDamaged
	}
	for _, r := range snapshot {
		if r.Scope == "ADS" || strings.ContainsAny(r.Key, "\t\n") || strings.ContainsAny(r.Value, "\t\n") {
			return nil, errDamaged
		}
	}
	if Digest(snapshot) != a.Digest {
		return nil, errDamaged
	}
	slices.SortFunc(a.Settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return Differences(a.Settings, snapshot, true), nil
}

// Digest is that of a snapshot.
func Digest(snapshot []Recorded) string {
	hash, line := sha256.New(), []byte(nil)
	for _, r := range snapshot {
		line = append(append(append(append(line[:0], r.Key...), '\t'), r.Value...), '\n')
		hash.Write(line)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// Differences lists what has to change for the settings to be as wanted, in key order, as both are. Settings that are
// not wanted go, or stay as they are.
func Differences(settings []Setting, wanted []Recorded, removing bool) []Changed {
	changes := make([]Changed, 0, len(settings))
	for len(settings) > 0 || len(wanted) > 0 {
		switch {
		case len(wanted) == 0 || len(settings) > 0 && settings[0].Key < wanted[0].Key:
			if s := settings[0]; removing && s.Value != "" {
				changes = append(changes, Changed{s.Key, s.Scope, s.Value, "", s.Kind, s.Name})
			}
			settings = settings[1:]
		case len(settings) == 0 || wanted[0].Key < settings[0].Key:
			w := wanted[0]
			changes = append(changes, Changed{w.Key, w.Scope, "", w.Value, "SYSTEM", "TikTok Shop integration"})
			wanted = wanted[1:]
		default:
			s, w := settings[0], wanted[0]
			if removing {
				w.Scope = s.Scope
			}
			if s.Value != w.Value {
				changes = append(changes, Changed{s.Key, w.Scope, s.Value, w.Value, s.Kind, s.Name})
			}
			settings, wanted = settings[1:], wanted[1:]
		}
	}
	return changes
}

// Columns are changes as lists, one for each column.
type Columns struct{ Keys, Scopes, Before, After, Kinds, Names []*string }

// ColumnsOf lists changes.
func ColumnsOf(changes []Changed) Columns {
	var c Columns
	n := len(changes)
	all := make([]*string, 6*n)
	c.Keys, c.Scopes, c.Before, c.After, c.Kinds, c.Names = all[:n], all[n:2*n], all[2*n:3*n], all[3*n:4*n], all[4*n:5*n], all[5*n:]
	for i := range changes {
		change := &changes[i]
		c.Keys[i], c.Scopes[i], c.Kinds[i], c.Names[i] = &change.Key, &change.Scope, &change.Kind, &change.Name
		c.Before[i], c.After[i] = present(&change.Before), present(&change.After)
	}
	return c
}

func present(value *string) *string {
	if *value == "" {
		return nil
	}
	return value
}
