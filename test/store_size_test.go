package test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// TestStoreSizesAddUp: the bytes of the tables in docs/scale.md are those of the row of all, so that none was left out.
func TestStoreSizesAddUp(t *testing.T) {
	t.Parallel()
	_, table, found := strings.Cut(program.ReadFile(t, "docs/scale.md"), "| table | signed in: rows, bytes |")
	require.True(t, found)
	rows := strings.Split(table, "\n")[2:] // what is left of the heading, and the line below it
	sums := make([]int, 5)
	for _, row := range rows {
		cells := strings.Split(strings.Trim(row, "|"), "|")[1:]
		require.Len(t, cells, len(sums), row)
		all := strings.HasPrefix(row, "| **all** |")
		for i, cell := range cells {
			switch cell = strings.TrimSpace(cell); {
			case all:
				require.Equal(t, sums[i], number(t, strings.Trim(cell, "*")), "column %d", i)
			case cell != "":
				_, bytes, found := strings.Cut(cell, ", ")
				require.True(t, found, row)
				sums[i] += number(t, bytes)
			}
		}
		if all {
			return
		}
	}
}

// number reads one as documents write it.
func number(t *testing.T, text string) int {
	t.Helper()
	value, err := strconv.Atoi(strings.NewReplacer(",", "", "−", "-").Replace(text))
	require.NoError(t, err)
	return value
}
