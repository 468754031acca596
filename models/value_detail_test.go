package models_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func valueOf(bytes int) models.Value {
	if bytes == 0 {
		return ""
	}
	return models.Value(`"` + strings.Repeat("x", bytes-2) + `"`)
}

// TestFitLeavesOutTheLongestValues, says how long they are, and leaves the list as it was.
func TestFitLeavesOutTheLongestValues(t *testing.T) {
	const half = models.MaxListedValueBytes / 2
	changes := []models.SettingChange{
		{Key: "a", Kind: models.SettingUpdated, Before: valueOf(half), After: valueOf(half)},
		{Key: "b", Kind: models.SettingAdded, After: valueOf(models.MaxShortValueBytes)},
		{Key: "c", Kind: models.SettingRemoved, Before: valueOf(models.MaxShortValueBytes + 1)},
	}
	fit := func(d models.ChangeDetail) (read, bytes []int) {
		for _, c := range d.Fit(changes) {
			require.Equal(t, c.Kind, c.WithKind().Kind, "what is left out was there")
			read = append(read, len(c.Before), len(c.After))
			bytes = append(bytes, int(c.BeforeBytes()), int(c.AfterBytes()))
		}
		return read, bytes
	}
	const short, long = models.MaxShortValueBytes, models.MaxShortValueBytes + 1
	all := []int{half, half, 0, short, long, 0}
	for name, test := range map[string]struct {
		detail models.ChangeDetail
		read   []int
	}{
		"whole": {models.ChangeDetail{}, []int{0, 0, 0, short, long, 0}},
		"short": {models.ChangeDetail{Values: models.ShortValues}, []int{0, 0, 0, short, 0, 0}},
		"none":  {models.ChangeDetail{Values: models.NoValues}, make([]int, 6)},
		"often": {models.ChangeDetail{Copies: half / short}, []int{0, 0, 0, short, 0, 0}},
	} {
		read, bytes := fit(test.detail)
		require.Equal(t, test.read, read, name)
		require.Equal(t, all, bytes, name)
	}
	read, _ := fit(models.ChangeDetail{Key: "a"})
	require.Equal(t, []int{half, half}, read, "alone it fits")
	require.Len(t, changes[0].Before, half)
	require.Empty(t, models.ChangeDetail{Key: "d"}.Fit(changes))
	require.NotNil(t, models.ChangeDetail{}.Fit(nil))
}

// TestIncompleteChangesStartNewPage, unless a value is too long for any.
func TestIncompleteChangesStartNewPage(t *testing.T) {
	whole, short, none := models.ChangeDetail{}, models.ChangeDetail{Values: models.ShortValues}, models.ChangeDetail{Values: models.NoValues}
	for bytes, incomplete := range map[int32][]models.ChangeDetail{0: {}, 1: {whole, short}, models.MaxShortValueBytes: {whole, short}, models.MaxShortValueBytes + 1: {whole}} {
		for _, changes := range [][]models.SettingChange{{{}, {OmittedBefore: bytes}}, {{}, {OmittedAfter: bytes}}} {
			for _, detail := range []models.ChangeDetail{whole, short, none} {
				expected := false
				for _, d := range incomplete {
					expected = expected || d == detail
				}
				require.Equal(t, expected, detail.Incomplete(changes), "%d %+v", bytes, detail)
			}
		}
	}
}
