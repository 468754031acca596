package models

import (
	"cmp"
	"math"
	"slices"
)

// How many bytes of values one answer gives. A value can have MaxValueBytes, a list of changes as many as a store has
// settings, and a history has no end: so what is left out must be the values, and never the list.
const (
	// MaxShortValueBytes is how long a value is at most that the API's short fields give.
	MaxShortValueBytes = 16 << 10
	// MaxListedValueBytes is how many bytes of values a list of changes gives, or a page of audit entries with theirs. The
	// two values of one change fit in many times.
	MaxListedValueBytes = 10 << 20
)

// ValueDetail says which values are read.
type ValueDetail int

// The details of values.
const (
	WholeValues ValueDetail = iota
	ShortValues             // those of at most MaxShortValueBytes
	NoValues
)

// ValueDetailOf is the detail for who asks for whole values, for short ones, or for neither.
func ValueDetailOf(whole, short bool) ValueDetail {
	switch {
	case whole:
		return WholeValues
	case short:
		return ShortValues
	default:
		return NoValues
	}
}

// Longest is how many bytes a value may have to be read.
func (d ValueDetail) Longest() int32 {
	switch d {
	case WholeValues:
		return math.MaxInt32
	case ShortValues:
		return MaxShortValueBytes
	default:
		return 0
	}
}

// SettingFilter says which settings of a store are read, and which of their values.
type SettingFilter struct {
	Scope  SettingScope // "" for all
	Key    string       // "" for all
	Values ValueDetail
}

// ChangeDetail says which changes of settings are read, and which of their values.
type ChangeDetail struct {
	Values ValueDetail
	Key    string // of the only setting that is asked for; "" for all
	Copies int    // how often an answer gives the values of one list; 0 counts as 1
}

// ListedBytes is how many bytes of values one list may have.
func (d ChangeDetail) ListedBytes() int64 { return MaxListedValueBytes / int64(max(1, d.Copies)) }

// Fit returns the changes that are asked for, without the values that are not, and without the longest ones where all
// together have more than ListedBytes. The list it is given stays as it is.
func (d ChangeDetail) Fit(changes []SettingChange) []SettingChange {
	fitting := make([]SettingChange, 0, len(changes))
	for _, change := range changes {
		if d.Key == "" || d.Key == change.Key {
			fitting = append(fitting, change)
		}
	}
	shortest := make([]int, len(fitting))
	for i := range shortest {
		shortest[i] = i
	}
	slices.SortStableFunc(shortest, func(a, b int) int {
		return cmp.Compare(fitting[a].bytesWithin(d.Values.Longest()), fitting[b].bytesWithin(d.Values.Longest()))
	})
	left := d.ListedBytes()
	for _, i := range shortest {
		longest := d.Values.Longest()
		if left -= fitting[i].bytesWithin(longest); left < 0 {
			longest = 0
		}
		fitting[i] = fitting[i].withoutOver(longest)
	}
	return fitting
}

// Incomplete reports whether a value is missing among the changes that would have been read if there were fewer.
func (d ChangeDetail) Incomplete(changes []SettingChange) bool {
	missing := func(bytes int32) bool { return 0 < bytes && bytes <= d.Values.Longest() }
	return slices.ContainsFunc(changes, func(c SettingChange) bool { return missing(c.OmittedBefore) || missing(c.OmittedAfter) })
}

// bytesWithin is how many bytes those values have together that are no longer than the longest.
func (c SettingChange) bytesWithin(longest int32) (bytes int64) {
	for _, value := range []Value{c.Before, c.After} {
		if len(value) <= int(longest) {
			bytes += int64(len(value))
		}
	}
	return bytes
}

// withoutOver returns the change without values that are longer.
func (c SettingChange) withoutOver(longest int32) SettingChange {
	if len(c.Before) > int(longest) {
		c.Before, c.OmittedBefore = "", int32(len(c.Before))
	}
	if len(c.After) > int(longest) {
		c.After, c.OmittedAfter = "", int32(len(c.After))
	}
	return c
}

// BeforeBytes is how many bytes the value before the change has, 0 when there was none.
func (c SettingChange) BeforeBytes() int32 { return max(c.OmittedBefore, int32(len(c.Before))) }

// AfterBytes is how many bytes the value after the change has, 0 when there is none.
func (c SettingChange) AfterBytes() int32 { return max(c.OmittedAfter, int32(len(c.After))) }

// ShortBefore is the value before the change, empty when it is longer than MaxShortValueBytes.
func (c SettingChange) ShortBefore() Value { return short(c.Before) }

// ShortAfter is the value after the change, empty when it is longer than MaxShortValueBytes.
func (c SettingChange) ShortAfter() Value { return short(c.After) }

// ValueBytes is how many bytes the setting's value has.
func (s Setting) ValueBytes() int32 { return max(s.OmittedValue, int32(len(s.Value))) }

// ShortValue is the setting's value, empty when it is longer than MaxShortValueBytes.
func (s Setting) ShortValue() Value { return short(s.Value) }

func short(value Value) Value {
	if len(value) > MaxShortValueBytes {
		return ""
	}
	return value
}
