package db

import (
	"errors"
	"strings"
)

// Many rows come as one text where they belong to one row of another statement, in the order of a column: JSON takes ten
// times the allocations to read 45, and PostgreSQL longer to make (BenchmarkList). Between rows and between columns stand
// characters that are in none of them: JSON has no control characters as such, and names lose theirs.
const (
	rowEnd    = "\x1e"
	columnEnd = "\x1f"
)

// listOf makes a list of columns, none of them NULL.
func (d dialect) listOf(order string, columns ...string) string {
	last := len(columns) - 1
	columns[last] = "REPLACE(REPLACE(" + columns[last] + ", " + d.character + "(30), ''), " + d.character + "(31), '')"
	return "string_agg(" + strings.Join(columns, " || "+d.character+"(31) || ") + ", " + d.character + "(30) ORDER BY " + order + ")"
}

var errNotList = errors.New("a row has not the columns of the list")

// readList reads a list, nil for an empty one: each row into the columns, then take.
func readList(list *string, take func(), columns ...*string) error {
	if list == nil {
		return nil
	}
	for row := range strings.SplitSeq(*list, rowEnd) {
		for i, column := range columns {
			var more bool
			if *column, row, more = strings.Cut(row, columnEnd); more != (i < len(columns)-1) {
				return errNotList
			}
		}
		take()
	}
	return nil
}
