package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// explained is a message of auto_explain.
const explained = `duration: 0.125 ms  plan:
Query Text: SELECT au.seq
		FROM audit_entries au   WHERE au.store_id = $1 LIMIT $2
Limit  (cost=0.56..48.60 rows=11 width=170) (actual rows=11 loops=1)
  Buffers: shared hit=350 read=2
  ->  Nested Loop  (cost=0.56..1.00 rows=1 width=8) (actual rows=11 loops=1)
        Buffers: shared hit=350 read=2
        ->  Index Scan Backward using audit_entries_of_store on audit_entries au  (cost=0.42..1.00 rows=10 width=170) (actual rows=11 loops=1)
              Index Cond: (store_id = $1)
              Buffers: shared hit=5
`

func TestQueryPlanIsParsed(t *testing.T) {
	p, ok := parsePlan(explained)
	require.True(t, ok)
	require.Equal(t, "SELECT au.seq FROM audit_entries au WHERE au.store_id = $1 LIMIT $2", p.statement)
	require.Equal(t, `Limit (actual rows=11 loops=1)
  Buffers: shared hit=350 read=2
  ->  Nested Loop (actual rows=11 loops=1)
        Buffers: shared hit=350 read=2
        ->  Index Scan Backward using audit_entries_of_store on audit_entries au (actual rows=11 loops=1)
              Index Cond: (store_id = $1)
              Buffers: shared hit=5`, p.text)
	require.Equal(t, 352, p.buffers())
	require.Empty(t, badPlans("test", []plan{p}, nil))

	_, ok = parsePlan("checkpoint starting: immediate force wait")
	require.False(t, ok)
}

func TestPagesAreCounted(t *testing.T) {
	require.Equal(t, 3, plan{text: "Result\n  Buffers: shared read=3 dirtied=1"}.buffers())
	require.Equal(t, 7, plan{text: "Result\n  Buffers: shared hit=7\n  ->  Result\n  Buffers: shared hit=5"}.buffers())
	require.Zero(t, plan{text: "Result (actual rows=1 loops=1)"}.buffers())
}

func TestPlansThatGrowAreNamed(t *testing.T) {
	const byIndex = "Index Scan using stores_pkey on stores (actual rows=1 loops=1)\n  Index Cond: (id = $1)\n  Buffers: shared hit=3"
	for text, alarms := range map[string]int{
		byIndex: 0,
		"Limit (actual rows=0 loops=1)\n  ->  Index Scan using transitions_unfinished on transitions (actual rows=0 loops=1)\n        Buffers: shared hit=1": 0,
		"Seq Scan on stores (actual rows=1 loops=1)\n  Filter: (id = $1)\n  Buffers: shared hit=3":                                                           1,
		"Gather (actual rows=1 loops=1)\n  ->  Parallel Seq Scan on stores (actual rows=1 loops=1)":                                                          1,
		"Sort (actual rows=1 loops=1)\n  ->  Index Scan using epochs_pkey on epochs e (actual rows=9 loops=1)\n        Buffers: shared hit=8":                1,
		"Sort (actual rows=1 loops=1)\n  ->  Index Only Scan using epochs_pkey on epochs (actual rows=9 loops=1)":                                            1,
		"Index Scan using stores_pkey on stores (actual rows=1 loops=1)\n  Index Cond: (id = $1)\n  Buffers: shared hit=1990 read=11 dirtied=1":              1,
		"Index Scan using stores_pkey on stores (actual rows=1 loops=1)\n  Index Cond: (id = $1)\n  Buffers: shared hit=1990 read=10":                        0,
	} {
		plans := []plan{{statement: "SELECT 1", text: text}, {statement: "SELECT 1", text: text}}
		require.Len(t, badPlans("test", plans, map[string]bool{"transitions_unfinished": true}), alarms, "each is said once: %s", text)
	}
}

func TestLogIsReadBetweenMarks(t *testing.T) {
	other := "Query Text: SELECT 2\nResult  (cost=0.00..0.01 rows=1 width=4) (actual rows=1 loops=1)"
	messages := []string{"start", other, "Query Text: SELECT 'mark 1'\nResult  (cost=", explained, "something else", explained, "Query Text: SELECT 'mark 2'\nResult  (cost=", other}
	plans, whole := between(messages, "mark 1", "mark 2")
	require.True(t, whole)
	require.Len(t, plans, 2)
	_, whole = between(messages[:5], "mark 1", "mark 2")
	require.False(t, whole, "the end has not come")
	_, whole = between(messages[3:], "mark 1", "mark 2")
	require.False(t, whole, "there was no beginning")
}

func TestLastPlanOfEachStatementIsShown(t *testing.T) {
	require.Equal(t, []plan{{"a", "3"}, {"b", "2"}}, lastOfEach([]plan{{"a", "1"}, {"b", "2"}, {"a", "3"}}))
	require.Equal(t, "a\n    Limit\n      Sort\n", planText([]plan{{"a", "Limit\n  Sort"}}))
}

func TestLogWithPartialLastLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.csv")
	line := `t,u,d,1,c,s,1,x,t,v,0,LOG,00000,"one ""two""` + "\nthree\"" + `,,,,,` + "\n"
	require.NoError(t, os.WriteFile(file, []byte(line+line+`t,u,d,1,c,s,1,x,t,v,0,LOG,00000,"four`), 0o600))
	messages, err := messagesOf(file)
	require.NoError(t, err)
	require.Equal(t, []string{"one \"two\"\nthree", "one \"two\"\nthree"}, messages)
}
