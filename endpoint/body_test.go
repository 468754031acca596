package endpoint

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

func TestInvalidBodies(t *testing.T) {
	s := serveSQLite(t, nil)
	const q = `"query":"{ store { id } }"`
	for body, code := range map[string]string{
		"": codeBadRequest, " ": codeBadRequest, "null": codeBadRequest, "true": codeBadRequest, "1": codeBadRequest, `"secret"`: codeBadRequest,
		"{}": codeBadRequest, "{" + q: codeBadRequest, "{" + q + ",}": codeBadRequest, "{" + q + "} secret": codeBadRequest, "{" + q + "}{}": codeBadRequest,
		"\ufeff{" + q + "}": codeBadRequest, "{" + q + "}\x00": codeBadRequest, "{'query':'secret'}": codeBadRequest, "{" + q + "} // secret": codeBadRequest,
		"[]": codeBatch, " [{" + q + "}]": codeBatch, "[secret": codeBatch,
		// The types of members.
		`{"query":null}`: codeBadRequest, `{"query":0}`: codeBadRequest, `{"query":false}`: codeBadRequest, `{"query":{"secret":1}}`: codeBadRequest, `{"query":["secret"]}`: codeBadRequest,
		"{" + q + `,"operationName":1}`: codeBadRequest, "{" + q + `,"operationName":["secret"]}`: codeBadRequest,
		"{" + q + `,"variables":"secret"}`: codeBadRequest, "{" + q + `,"variables":[]}`: codeBadRequest, "{" + q + `,"variables":0}`: codeBadRequest,
		"{" + q + `,"extensions":false}`: codeBadRequest, "{" + q + `,"extensions":[["secret"]]}`: codeBadRequest,
		// Members that there are not, and that there are twice.
		"{" + q + `,"secret":1}`: codeBadRequest, "{" + q + `,"id":null}`: codeBadRequest, `{"Query":"{ store { id } }"}`: codeBadRequest, "{" + q + `,"QUERY":"secret"}`: codeBadRequest,
		"{" + q + "," + q + "}": codeBadRequest, "{" + q + `,"quer\u0079":"secret"}`: codeBadRequest, "{" + q + `,"Variables":{}}`: codeBadRequest,
		"{" + q + `,"variables":{"secret":1,"secret":1}}`: codeBadRequest, "{" + q + `,"variables":{"a":[{"b":1,"\u0062":2}]}}`: codeBadRequest,
		"{" + q + `,"extensions":{"a":{"b":1,"b":1}}}`: codeBadRequest,
		// Text.
		"{" + q + ",\"variables\":{\"a\":\"secret\xff\"}}": codeBadRequest, "{" + q + ",\"variables\":{\"\xed\xa0\x80\":1}}": codeBadRequest, "{\"query\":\"{ store { id } } #\xc3\"}": codeBadRequest,
		"{" + q + `,"variables":{"a":"\ud800"}}`: codeBadRequest, "{" + q + `,"variables":{"\udc00":"secret"}}`: codeBadRequest, "{" + q + `,"variables":{"a":"\ud800\u0041"}}`: codeBadRequest,
		"{" + q + ",\"variables\":{\"a\":\"secret\n\"}}": codeBadRequest, "{" + q + `,"variables":{"a":"\secret"}}`: codeBadRequest,
		// Numbers.
		"{" + q + `,"variables":{"a":01}}`: codeBadRequest, "{" + q + `,"variables":{"a":+1}}`: codeBadRequest, "{" + q + `,"variables":{"a":1.}}`: codeBadRequest,
		"{" + q + `,"variables":{"a":NaN}}`: codeBadRequest, "{" + q + `,"variables":{"a":.5}}`: codeBadRequest, "{" + q + `,"variables":{"a":}}`: codeBadRequest,
		"{" + q + `,"variables":{"a":[}}`: codeBadRequest, "{" + q + `,"variables":{"a":{]}}`: codeBadRequest,
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.send(newPost(body, "Accept", accept))
			require.Equal(t, http.StatusBadRequest, a.Code, body)
			require.Equal(t, code, a.code(), body)
			require.Len(t, a.Errors, 1)
			require.NotContains(t, a.text, "secret", body)
		}
	}
}

func TestValidBodies(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, body := range []string{
		" \r\n\t{ \"query\" : \"{ store { id } }\" } \n",
		`{"variables":null,"operationName":null,"extensions":null,"query":"{ store { id } }"}`,
		`{"variables":{},"operationName":"","extensions":{"other":[1,{"a":null}]},"query":"{ store { id } }"}`,
		`{"qu\u0065ry":"{ store { id } }","variables":{"unused":"\ud83d\ude00","query":1,"Query":2}}`,
	} {
		a := s.send(newPost(body))
		require.Equal(t, http.StatusOK, a.Code, a.text)
		require.Empty(t, a.Errors, body)
	}
}

// TestBodyLimits sends bodies just within and just beyond each of them.
func TestBodyLimits(t *testing.T) {
	inVariables := func(value string) string { return `{"query":"{ store { id } }","variables":{"a":` + value + `}}` }
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	listOf := func(values int) string { return "[" + strings.Repeat("1,", values-1) + "1]" }
	ofBytes := func(size int) string {
		return inVariables(`1`) + strings.Repeat(" ", size-len(inVariables(`1`)))
	}
	s := serveSQLite(t, nil)
	for name, test := range map[string]struct {
		body  func(n int) string
		limit int
		code  string
		says  int
		want  int
	}{
		// Two levels are the request's and those of its variables.
		"depth": {func(n int) string { return inVariables(nested(n - 2)) }, bodyDepth, codeTooDeep, bodyDepth, http.StatusBadRequest},
		// The query, the variables (an object) and the list in them are values, too.
		"values":    {func(n int) string { return inVariables(listOf(n - 2 - objectValues)) }, bodyValues, codeBodyTooLarge, bodyValues, http.StatusRequestEntityTooLarge},
		"variables": {func(n int) string { return inVariables(`"` + strings.Repeat("x", n-9) + `"`) }, variablesBytes, codeVariablesTooLarge, variablesBytes, http.StatusRequestEntityTooLarge},
		"bytes":     {ofBytes, bodyBytes, codeBodyTooLarge, bodyBytes, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.send(newPost(test.body(test.limit)))
			require.Equal(t, http.StatusOK, a.Code, a.code())
			for _, accept := range []string{mediaJSON, mediaGraphQL} {
				for _, declared := range []bool{true, false} {
					request := newPost(test.body(test.limit+1), "Accept", accept)
					if !declared {
						request.ContentLength = -1
					}
					a = s.send(request)
					require.Equal(t, test.want, a.Code)
					require.Equal(t, test.code, a.code())
					require.EqualValues(t, test.says, a.Errors[0].Extensions["limit"])
				}
			}
		})
	}
	require.Equal(t, codeTooDeep, s.send(newPost(inVariables(nested(100_000)))).code())
	require.Equal(t, codeTooDeep, s.send(newPost(strings.Replace(nested(100_000), "[", `{"query":[`, 1))).code())
}

func TestBodyKeepsDigits(t *testing.T) {
	numbers := []string{"1", "-0", "0.50", "1e3", "1E-400", "9007199254740993", strings.Repeat("9", 1000), "1e999999"}
	params, _, rejection := readParams([]byte(`{"query":"","variables":{"n":[` + strings.Join(numbers, ",") + `]}}`))
	require.Nil(t, rejection)
	for i, number := range numbers {
		require.Equal(t, json.Number(number), params.Variables["n"].([]any)[i])
	}
}

// FuzzReadParams: what is accepted is what encoding/json makes of it, but for extensions that are not used, and what is rejected is not repeated.
func FuzzReadParams(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{ a }","operationName":"x","variables":{"a":[1,2.50,{"b":null}],"c":true},"extensions":{"d":"\ud83d\ude00"}}`,
		`{"query":"","query":""}`, `{"Query":""}`, `{"query":"","variables":{"a":"\ud800"}}`, "{\"query\":\"\xff\"}", `[]`, `{"extensions":{"persistedQuery":1}}`,
		`{"query":"","variables":{"a":1e400,"b":{},"c":[]}} `, `{"query":""}{`, `{"query":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		params, size, rejection := readParams(text)
		if rejection != nil {
			require.Nil(t, params)
			require.NotZero(t, rejection.status)
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		decoder.DisallowUnknownFields()
		var want struct {
			Query, OperationName  string
			Variables, Extensions map[string]any
		}
		require.NoError(t, decoder.Decode(&want))
		maps.DeleteFunc(want.Extensions, func(name string, _ any) bool { return name != persistedQuery })
		require.Equal(t, graphql.RawParams{
			Query: want.Query, OperationName: want.OperationName, Variables: want.Variables, Extensions: want.Extensions,
		}, *params)
		require.LessOrEqual(t, size, len(text))
		require.True(t, json.Valid(text), "%q", text)
	})
}
