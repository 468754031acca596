package models

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
)

// Drift is what disconnecting will meet in the store beside what the settings say, as of when the store was last read.
type Drift struct {
	Exceptions     []RestorationException `json:"exceptions,omitempty"`
	ExceptionCount int                    `json:"exceptionCount,omitempty"` // how many there are
	PublishedSince int                    `json:"publishedSince,omitempty"` // products that will be taken off, which somebody else put on
	Writes         int                    `json:"writes,omitempty"`
	Kept           []override             `json:"kept,omitempty"` // entries that were not recorded, and are left alone
}

// maxForeseen is how many exceptions a preview lists.
const maxForeseen = 250

// Drift foresees what restoring the snapshot in the store that was observed will meet.
func (s StoreSnapshot) Drift(observed *Observation) Drift {
	check := s.Check(observed, nil)
	drift := newDrift(check)
	drift.Kept = s.kept(observed)
	for _, write := range check.Again {
		if write.Key == KeyPublished && write.Target == "" && !s.Published[write.Entry] {
			drift.PublishedSince++
		}
	}
	return drift
}

// kept are the entries of what was observed that restoring leaves alone, in their order.
func (s StoreSnapshot) kept(observed *Observation) []override {
	recorded := s.entries()
	var kept []override
	for _, key := range []string{KeyOnlineLocations, KeyPublished} {
		present := entriesOf(key, observed.Value(key))
		for _, entry := range slices.Sorted(maps.Keys(present)) {
			if s.leavesAlone(key, entry, recorded) {
				kept = append(kept, override{Key: key, Entry: &entry, Value: present[entry]})
			}
		}
	}
	return kept
}

// DriftWithoutApp foresees what disconnecting will meet when the app was uninstalled from the store, which was last observed so:
// nothing can be written.
func (s StoreSnapshot) DriftWithoutApp(last *Observation) Drift {
	left := last.WithoutApp()
	left.Products, left.Locations = map[string]bool{}, map[string]bool{}
	for entry := range members(s.values()[KeyPublished]) {
		left.Products[entry] = true
	}
	for _, value := range []Value{s.values()[KeyOnlineLocations], left.Value(KeyOnlineLocations)} {
		for entry := range members(value) {
			left.Locations[entry] = true
		}
	}
	check := s.Check(left, nil)
	check.Accept(s.Snapshot, AppUninstalled)
	drift := newDrift(check)
	drift.Kept = s.kept(left)
	return drift
}

func newDrift(check StoreCheck) Drift {
	return Drift{
		Exceptions: check.Exceptions, ExceptionCount: len(check.Exceptions), Writes: len(check.Again),
	}
}

// Text is the drift as it is stored.
func (d Drift) Text() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic("models: a drift is always JSON: " + err.Error())
	}
	return string(text)
}

// drift is what was foreseen when the store was last read.
func (e *Epoch) drift() Drift {
	var drift Drift
	if e.Drift == "" || json.Unmarshal([]byte(e.Drift), &drift) != nil {
		return Drift{}
	}
	return drift
}

// What Shopify takes: a burst, then writes at a rate; and many of one kind in a bulk operation.
const (
	burstWrites     = 150
	writesPerSecond = 10
	bulkWrites      = 2000
	bulkPerSecond   = 100
)

// estimatedSeconds is how long restoring takes at the platform's rate, nil when it is done at once.
func (d Drift) estimatedSeconds() *int32 {
	rate := writesPerSecond
	switch {
	case d.Writes <= burstWrites:
		return nil
	case d.Writes > bulkWrites:
		rate = bulkPerSecond
	}
	seconds := int32(math.Ceil(float64(d.Writes-burstWrites) / float64(rate)))
	return &seconds
}
