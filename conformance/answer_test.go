package conformance_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/conformance"
)

func TestMistakesInAnswersAreNoticed(t *testing.T) {
	const query = `query($all: Boolean!) { shop { name currencyCode taxesIncluded email @include(if: $all) }
		bulkOperation(id: "1") { objectCount createdAt }
		nodes(ids: []) { id ... on Product { status publishedOnPublication(publicationId: "1") } } }`
	const good = `{"data":{"shop":{"name":"Aurora","currencyCode":"USD","taxesIncluded":false},
		"bulkOperation":{"objectCount":"3","createdAt":"2026-11-01T00:00:00Z"},
		"nodes":[null,{"id":"gid://shopify/Product/1","status":"ACTIVE","publishedOnPublication":true},{"id":"gid://shopify/Location/1"}]}}`
	operation, err := load(t, version).Parse(query)
	require.NoError(t, err)
	require.NoError(t, operation.With(map[string]any{"all": false}))
	check := func(text string) []string {
		answer, err := conformance.ParseAnswer([]byte(text))
		require.NoError(t, err)
		return operation.Check(answer)
	}
	require.Empty(t, check(good))
	for name, change := range map[string][2]string{
		"missing field":   {`"name":"Aurora",`, ``},
		"null":            {`"name":"Aurora"`, `"name":null`},
		"unknown field":   {`"name":"Aurora"`, `"name":"Aurora","nickname":"A"`},
		"skipped field":   {`"name":"Aurora"`, `"name":"Aurora","email":"a@b.example"`},
		"enum":            {`"USD"`, `"TALER"`},
		"boolean":         {`"taxesIncluded":false`, `"taxesIncluded":0`},
		"large number":    {`"3"`, `3`},
		"date":            {`2026-11-01T00:00:00Z`, `2026-11-01`},
		"enum of a node":  {`"ACTIVE"`, `"AWAKE"`},
		"half a product":  {`"status":"ACTIVE",`, ``},
		"object":          {`{"id":"gid://shopify/Location/1"}`, `"gid://shopify/Location/1"`},
		"list":            {`"currencyCode":"USD"`, `"currencyCode":["USD"]`},
		"no list":         {good, `{"data":{"shop":{"name":"Aurora","currencyCode":"USD","taxesIncluded":false},"bulkOperation":null,"nodes":{}}}`},
		"no data":         {good, `{}`},
		"silent error":    {good, `{"errors":[{"extensions":{}}]}`},
		"null of a query": {`"shop":{"name":"Aurora","currencyCode":"USD","taxesIncluded":false}`, `"shop":null`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		require.NotEqual(t, good, bad, name)
		require.NotEmpty(t, check(bad), name)
	}
}
