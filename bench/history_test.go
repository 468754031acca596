package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// paging answers pages of a trail that has so many entries. The cursor of an entry is its place.
func paging(t *testing.T, entries int) *server {
	return newStubServer(t, func(request, _ string) (int, string) {
		var body struct {
			Variables struct {
				First int
				After *string
			}
		}
		_, text, _ := strings.Cut(request, "\r\n\r\n")
		require.NoError(t, json.Unmarshal([]byte(text), &body))
		at := 0
		if body.Variables.After != nil {
			_, err := fmt.Sscan(*body.Variables.After, &at)
			require.NoError(t, err)
		}
		end := "null"
		if at < entries {
			end = fmt.Sprintf(`"%d"`, min(at+body.Variables.First, entries))
		}
		return http.StatusOK, `{"data":{"auditTrail":{"pageInfo":{"endCursor":` + end + `}}}}`
	})
}

func TestAuditCursorIsStable(t *testing.T) {
	server := paging(t, 1_000)
	for _, newest := range []int{1, 250, 251, 1_000} {
		cursor, err := server.cursorAfter(context.Background(), &sessions{}, first, newest)
		require.NoError(t, err)
		require.Equal(t, strconv.Itoa(newest), cursor)
	}
	_, err := server.cursorAfter(context.Background(), &sessions{}, first, 1_300)
	require.ErrorContains(t, err, "too few entries")
}

func TestDeepPageBeginsInMiddle(t *testing.T) {
	stores, err := paging(t, 1_000).histories(context.Background(), &sessions{}, 1, 2, 800)
	require.NoError(t, err)
	for i, cursor := range []string{"1", "400"} {
		require.Equal(t, map[string]any{"first": 10, "after": cursor}, stores[i].sequences[1][0].variables(0))
		require.Equal(t, i+1, stores[i].number)
	}
}
