package endpoint

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/parser"
)

// fields selects a field n times.
func fields(n int, field string) string { return strings.Repeat(field+" ", n) }

func directives(n int) string { return strings.Repeat("@include(if: true) ", n) }

// documentLimits has documents of any size in each dimension that is bounded.
var documentLimits = map[string]struct {
	document func(n int) string
	limit    int
	code     string
	within   string // the code of a document that is just within: "" when it is valid
}{
	"tokens": {func(n int) string { return `{ store { id } } ` + fields(n-6, "#\n") }, documentTokens, codeTooManyTokens, ""},
	"literals": {func(n int) string {
		return `{ node(id: ` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `) { id } }`
	}, parser.MaxNestingDepth, codeTooDeep, codeValidation},
	"selections":         {func(n int) string { return `{ store { ` + fields(n-1, "id") + `} }` }, maxSelections, codeTooManySelections, ""},
	"selections, inline": {func(n int) string { return `{ store { ` + fields(n/2-1, "... { id }") + fields(1+n%2, "id") + `} }` }, maxSelections, codeTooManySelections, ""},
	"selections, spread": {func(n int) string {
		return `{ store { ` + fields((n-1)/3, "...f") + fields((n-1)%3, "id") + `} } fragment f on Store { id name }`
	}, maxSelections, codeTooManySelections, ""},
	"selections, in all": {func(n int) string {
		return `query a { store { ` + fields(999, "id") + `} } query b { store { ` + fields(499, "id") + `} } query c { store { ` + fields(n-1501, "id") + `} }`
	}, 2 * maxSelections, codeTooManySelections, codeValidation},
	"selections, unspread": {func(n int) string { return `{ store { id } } fragment f on Store { ` + fields(n-2, "id") + `}` }, 2 * maxSelections, codeTooManySelections, codeValidation},
	"depth":                {ofTypes, maxDepth, codeTooDeep, ""},
	"depth, spread":        {func(n int) string { return `{ ...a } fragment a on Query ` + ofTypes(n) }, maxDepth, codeTooDeep, ""},
	"aliases": {func(n int) string {
		return `{ store { ` + repeated(n, func(i int) string { return fmt.Sprintf("a%d: id ", i) }) + `} }`
	}, maxAliases, codeTooManyAliases, ""},
	"aliases, spread": {func(n int) string {
		return `{ store { ` + fields(n/2, "...f") + repeated(n%2, func(int) string { return "c: id" }) + `} } fragment f on Store { a: id b: id }`
	}, maxAliases, codeTooManyAliases, ""},
	"root fields": {func(n int) string { return `{ ` + fields(n, "__typename") + `}` }, maxRootFields, codeTooManyRootFields, ""},
	"root fields, spread": {func(n int) string {
		return `{ ` + fields(n/2, "...f") + fields(n%2, "__typename") + `} fragment f on Query { __typename __typename }`
	}, maxRootFields, codeTooManyRootFields, ""},
	"variables": {func(n int) string {
		return `query(` + repeated(n, func(i int) string { return fmt.Sprintf("$v%d: Boolean = true ", i) }) + `) { store { name ` +
			repeated(n, func(i int) string { return fmt.Sprintf("id @skip(if: $v%d) ", i) }) + `} }`
	}, maxVariables, codeTooManyVariables, ""},
	"on fields":           {func(n int) string { return `{ store ` + directives(n) + `{ id } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"on inline fragments": {func(n int) string { return `{ ... ` + directives(n) + `{ store { id } } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"on spreads":          {func(n int) string { return `{ ...f ` + directives(n) + `} fragment f on Query { store { id } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"on fragments":        {func(n int) string { return `{ ...f } fragment f on Query ` + directives(n) + `{ store { id } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"on operations":       {func(n int) string { return `query ` + directives(n) + `{ store { id } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"on variables":        {func(n int) string { return `query($a: Int ` + directives(n) + `) { store { id } }` }, maxDirectives, codeTooManyDirectives, codeValidation},
	"cost":                {auditPages, MaxCost, codeTooCostly, ""},
}

// TestDocumentLimits sends documents just within and just beyond each of them.
func TestDocumentLimits(t *testing.T) {
	s := serveSQLite(t, nil)
	for name, test := range documentLimits {
		t.Run(name, func(t *testing.T) {
			for accept, status := range map[string]int{mediaJSON: http.StatusOK, mediaGraphQL: http.StatusBadRequest} {
				within := s.post(test.document(test.limit), nil, "Accept", accept)
				require.Equal(t, test.within, within.code(), within.text)
				if test.within != "" {
					require.Equal(t, status, within.Code)
				}
				beyond := s.post(test.document(test.limit+1), nil, "Accept", accept)
				require.Equal(t, http.StatusBadRequest, beyond.Code, beyond.text)
				require.Equal(t, test.code, beyond.code())
				require.EqualValues(t, test.limit, beyond.Errors[0].Extensions["limit"])
				require.Len(t, beyond.Errors, 1)
			}
		})
	}
}

// ofTypes selects fields that stand so deep.
func ofTypes(depth int) string {
	return `{ __type(name: "Query") { ` + strings.Repeat("ofType { ", depth-2) + "name" + strings.Repeat(" }", depth)
}

// auditPages costs so many points: each page 1 and each entry 1, with account and disconnection 3.
func auditPages(points int) string {
	const pages, page = 13, 1 + 250*3
	return `{ ` + repeated(pages, func(i int) string {
		return fmt.Sprintf("a%d: auditTrail(first: 250) { nodes { id account { id } disconnection { id } } } ", i)
	}) + fmt.Sprintf("auditTrail(first: %d) { nodes { id } } }", points-pages*page-1)
}

func TestFragmentCycles(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, document := range []string{
		`{ ...a } fragment a on Query { ...a }`,
		`{ ...a } fragment a on Query { store { id } ...b } fragment b on Query { ...c } fragment c on Query { ... { ...a } }`,
		`{ store { id } } fragment a on Store { id ...a }`,
		`{ store { ...a } } fragment a on Store { id ...a } fragment a on Store { ...a }`,
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.post(document, nil, "Accept", accept)
			require.Equal(t, http.StatusBadRequest, a.Code)
			require.Equal(t, codeFragmentCycle, a.code(), a.text)
		}
	}
}

// TestIntrospectionFitsDocumentLimits: what clients ask for to learn the schema is within the limits.
func TestIntrospectionFitsDocumentLimits(t *testing.T) {
	require.NotEmpty(t, serveSQLite(t, nil).post(introspection.Query, nil).Data["__schema"])
}

func allocated(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestDocumentBombsAreRejected sends what is small and would take memory or time without end.
func TestDocumentBombsAreRejected(t *testing.T) {
	s := serveSQLite(t, nil)
	x := strings.Repeat
	doubling := func(levels int) string {
		return `{ ...f0 } ` + repeated(levels, func(i int) string { return fmt.Sprintf("fragment f%d on Query { ...f%d ...f%d } ", i, i+1, i+1) }) +
			fmt.Sprintf("fragment f%d on Query { store { id } }", levels)
	}
	settings := func(from, to int) string {
		return repeated(to-from, func(i int) string { return fmt.Sprintf("settings(scope: %d) { key } ", from+i) })
	}
	variables := repeated(10_000, func(i int) string { return fmt.Sprintf("$v%d: Int ", i) })
	long := x("a", 4<<20)
	for name, bomb := range map[string]struct{ document, code string }{
		"a list in lists":            {`{ node(id: ` + x("[", 2<<20) + x("]", 2<<20) + `) { id } }`, codeTooDeep},
		"an object in objects":       {`{ node(id: ` + x("{a:", 1<<20) + x("}", 1<<20) + `) { id } }`, codeTooDeep},
		"fields in fields":           {x("{a", 1<<20) + x("}", 1<<20), codeTooDeep},
		"a type of lists":            {`query($a: ` + x("[", 1<<20) + `Int` + x("]", 1<<20) + `) { store { id } }`, codeTooDeep},
		"fragments, 2^20 fields":     {doubling(20), codeTooManySelections},
		"fragments, 2^200 fields":    {doubling(200), codeTooManySelections},
		"spreads of many fragments":  {`{` + x("...f3999 ", 9_000) + `}` + repeated(4_000, func(i int) string { return fmt.Sprintf("fragment f%d on Query { a } ", i) }), codeTooManySelections},
		"fragments of one name":      {`{ ...a } fragment a on Query { store { id } } fragment a on Query { ` + settings(0, 5_000) + `}`, codeTooManySelections},
		"fields that differ":         {`{ accounts { ` + repeated(990, func(i int) string { return fmt.Sprintf("id(a: %d) ", i) }) + `} }`, codeValidation},
		"valid fields that differ":   {`{ __schema { types { ` + x(`fields(includeDeprecated: true) { name } fields(includeDeprecated: false) { name } `, 240) + `} } }`, codeValidation},
		"errors with a long name":    {`query ` + long + `(` + repeated(maxVariables, func(i int) string { return fmt.Sprintf("$v%d: Int ", i) }) + `) { store { id } }`, codeValidation},
		"a long field":               {`{ ` + long + ` }`, codeValidation},
		"a long argument":            {`{ node(` + long + `: 1) { id } }`, codeValidation},
		"a long type":                {`{ ... on ` + long + ` { id } }`, codeValidation},
		"a long enum value":          {`{ settings(scope: ` + long + `) { key } }`, codeValidation},
		"a long text":                {`{ settings(scope: "` + long + `") { key } }`, codeValidation},
		"a long word":                {`{ store { id } } ` + long, codeParse},
		"a long text in a bad place": {`{ store { id } } "` + long + `" "`, codeParse},
		"many variables":             {`query(` + variables + `) { settings(scope: [` + x("$v9999 ", 4_000) + `]) { key } }`, codeTooManyVariables},
		"many arguments":             {`{ node(` + repeated(10_000, func(i int) string { return fmt.Sprintf("a%d: 1 ", i) }) + `) { id } }`, codeValidation},
		"many wrong values":          {`mutation { updateSettings(settings: [` + x(`{key: 1, value: 2}`, 5_000) + `]) { userErrors { code } } }`, codeValidation},
		"introspection of itself":    {`{ __schema { types { ` + x(`fields { type { `, 5) + `name` + x(` } }`, 5) + ` } } }`, codeValidation},
	} {
		t.Run(name, func(t *testing.T) {
			body := bodyOf(bomb.document, nil)
			var a answer
			memory := allocated(func() { a = s.send(newPost(body, "Accept", mediaGraphQL)) })
			require.Equal(t, http.StatusBadRequest, a.Code)
			require.Contains(t, a.text, `"`+bomb.code+`"`)
			require.Less(t, len(a.text), 64<<10)
			t.Logf("%d bytes are answered with %d bytes, for which %d KiB are allocated", len(body), len(a.text), memory>>10)
			require.Less(t, memory, uint64(16<<20+48*len(body)))
		})
	}
	require.NotContains(t, s.log.String(), "panic")
}

// TestDocumentValuesAreBoundInMemory sends the JSON that takes most room for its length.
func TestDocumentValuesAreBoundInMemory(t *testing.T) {
	for name, list := range map[string]string{
		"lists":   strings.Repeat("[],", bodyValues-20),
		"objects": strings.Repeat(`{"":{}},`, bodyValues/(2*objectValues)-10),
		"nested":  strings.Repeat(`{"":[{"":`, 3_000) + "1" + strings.Repeat("}]}", 3_000) + ",",
		"texts":   strings.Repeat(`"",`, bodyValues-20),
		"escapes": `"` + strings.Repeat(`\u0000`, 900_000) + `",`,
	} {
		body := []byte(`{"query":"","variables":{"a":[` + list + `1]}}`)
		memory := allocated(func() {
			_, _, rejection := readParams(body)
			require.Nil(t, rejection, name)
		})
		require.Less(t, memory, uint64(4<<20+64*len(body)), name)
	}
}

// TestFieldMergingIsBounded: to find out whether fields can be merged, each is compared with each other one of its name.
func TestFieldMergingIsBounded(t *testing.T) {
	for name, write := range map[string]func(n int) string{
		"flat": func(n int) string { return `{ accounts { ` + strings.Repeat("id ", n-1) + `} }` },
		"nested": func(n int) string {
			return `{ accounts { ` + strings.Repeat("snapshot { settings { key } } ", n/3) + `} }`
		},
		"tree": func(n int) string { return `{ accounts { ` + mergingTree(n-1) + `} }` },
		"fragments": func(n int) string {
			return `{ accounts { ` + strings.Repeat("...f ", (n-1)/4) + `} } fragment f on Account { id ...g } fragment g on Account { id }`
		},
	} {
		work := func(n int) uint64 {
			return allocated(func() {
				d := newDocuments(emptySchema)
				_, _, rejection := d.read(write(n), false)
				require.Nil(t, rejection, name)
			})
		}
		half, whole := work(maxSelections/2), work(maxSelections)
		require.Less(t, whole, 5*half, "%s: %d bytes are allocated for half of it, and %d for the whole", name, half, whole)
		require.Less(t, whole, uint64(64<<20), name)
	}
}

// mergingTree selects n fields, two of one name in each.
func mergingTree(n int) string {
	if n < 6 {
		return strings.Repeat("id ", n)
	}
	half := (n - 4) / 2
	return strings.Repeat(`disconnections { account { `+mergingTree(half)+` } } `, 2) + strings.Repeat("id ", n-4-2*half)
}
