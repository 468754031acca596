package endpoint

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

func serveSQLite(t *testing.T, change func(*Options)) *served {
	t.Helper()
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	return serve(t, repository, seller, change)
}

func TestMediaTypeNegotiation(t *testing.T) {
	s := serveSQLite(t, nil)
	const none = ""
	for accept, want := range map[string]string{
		mediaGraphQL + ", " + mediaStream + ", multipart/mixed": mediaGraphQL, // as clients send it that do not know yet what it is to be
		"text/*":                                none,
		"":                                      mediaJSON,
		"*/*":                                   mediaJSON,
		"application/*":                         mediaJSON,
		mediaJSON:                               mediaJSON,
		mediaGraphQL:                            mediaGraphQL,
		strings.ToUpper(mediaGraphQL):           mediaGraphQL,
		mediaGraphQL + "; charset=UTF-8":        mediaGraphQL,
		mediaGraphQL + `;charset="utf-8"`:       mediaGraphQL,
		mediaGraphQL + ";charset=latin1":        none,
		mediaJSON + ", " + mediaGraphQL:         mediaJSON,
		mediaGraphQL + ", " + mediaJSON:         mediaGraphQL,
		mediaJSON + ";q=0.5," + mediaGraphQL:    mediaGraphQL,
		mediaGraphQL + ";q=0.5, " + mediaJSON:   mediaJSON,
		mediaGraphQL + ";q=0.001, */*;q=0":      mediaGraphQL,
		"*/*, " + mediaJSON + ";q=0":            mediaGraphQL,
		"*/*;q=0.1, " + mediaGraphQL + ";q=0.2": mediaGraphQL,
		mediaJSON + ";q=0":                      none,
		"application/*;q=0, */*":                none,
		"text/html, application/xml;q=0.9":      none,
		"text/html, */*;q=0.1":                  mediaJSON,
		"application/graphql+json":              none,
		", ," + mediaGraphQL + ",,":             mediaGraphQL,
		"json":                                  mediaJSON, // what cannot be read asks for nothing
		"text/html, *; q=.2, */*; q=.2":         mediaJSON, // as some clients send it
	} {
		for _, query := range []string{`{ store { id } }`, `{`, `{ nothing }`} {
			a := s.post(query, nil, "Accept", accept)
			if want == none {
				require.Equal(t, http.StatusNotAcceptable, a.Code, accept)
				require.Equal(t, codeNotAcceptable, a.code())
				continue
			}
			require.Equal(t, want+"; charset=utf-8", a.Header().Get("Content-Type"), accept)
			if query == `{ store { id } }` || want == mediaJSON {
				require.Equal(t, http.StatusOK, a.Code, accept)
			} else {
				require.Equal(t, http.StatusBadRequest, a.Code, accept)
			}
		}
	}
	a := s.send(newPost(bodyOf(`{ store { id } }`, nil), "Accept", "text/html", "Accept", mediaGraphQL))
	require.Equal(t, http.StatusOK, a.Code, "every Accept header counts")
}

// TestNotAcceptableRequestsAreNotExecuted: negotiation comes before anything is read.
func TestNotAcceptableRequestsAreNotExecuted(t *testing.T) {
	s := serveSQLite(t, nil)
	const mutation = `mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`
	require.Equal(t, http.StatusNotAcceptable, s.post(mutation, nil, "Accept", "text/html").Code)
	require.Contains(t, s.post(`{ overview { tikTokShop { status } } }`, nil).text, `"CONNECTED"`)
}

func TestMethods(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "QUERY"} {
		a := s.send(httptest.NewRequest(method, "/graphql?query={store{id}}", strings.NewReader(bodyOf(`{ store { id } }`, nil))))
		require.Equal(t, http.StatusMethodNotAllowed, a.Code, method)
		require.Equal(t, "GET, POST", a.Header().Get("Allow"), method)
		require.Equal(t, codeMethodNotAllowed, a.code())
	}
}

func TestContentTypes(t *testing.T) {
	s := serveSQLite(t, nil)
	for contentType, accepted := range map[string]bool{
		"application/json":                  true,
		"Application/JSON":                  true,
		"application/json; charset=utf-8":   true,
		`application/json;charset="UTF-8"`:  true,
		"":                                  false,
		"application/json; charset=utf-16":  false,
		"application/json; charset=":        false,
		"application/graphql":               false,
		"application/x-www-form-urlencoded": false,
		"multipart/form-data; boundary=x":   false,
		"text/plain;charset=UTF-8":          false,
		"application/json, text/plain":      false,
		"json":                              false,
	} {
		request := newPost(bodyOf(`{ store { id } }`, nil))
		request.Header.Set("Content-Type", contentType)
		a := s.send(request)
		if accepted {
			require.Equal(t, http.StatusOK, a.Code, contentType)
			continue
		}
		require.Equal(t, http.StatusUnsupportedMediaType, a.Code, contentType)
		require.Equal(t, codeUnsupportedMediaType, a.code())
	}
	require.Equal(t, codeUnsupportedMediaType, s.send(newPost(bodyOf(`{ store { id } }`, nil), "Content-Encoding", "gzip")).code())
}

func TestGetServesQueries(t *testing.T) {
	s := serveSQLite(t, nil)
	const both = `query Q($scope: SettingScope) { settings(scope: $scope) { key } } mutation M { disconnectTikTokShop(confirm: true) { userErrors { code } } }`
	a := s.send(newGet(url.Values{"query": {both}, "operationName": {"Q"}, "variables": {`{"scope":"ADS"}`}}))
	require.Equal(t, http.StatusOK, a.Code, a.text)
	for _, setting := range a.Data["settings"].([]any) {
		require.Contains(t, setting.(map[string]any)["key"], "ads.")
	}
	for _, accept := range []string{mediaJSON, mediaGraphQL} {
		a = s.send(newGet(url.Values{"query": {both}, "operationName": {"M"}}, "Accept", accept))
		require.Equal(t, http.StatusMethodNotAllowed, a.Code)
		require.Equal(t, codeMethodNotAllowed, a.code())
		require.NotEmpty(t, a.Header().Get("Allow"))
	}
	require.Contains(t, s.post(`{ overview { tikTokShop { status } } }`, nil).text, `"CONNECTED"`)
	require.Equal(t, http.StatusOK, s.send(newGet(url.Values{"query": {`{ store { id } }`}, "variables": {""}, "extensions": {"null"}, "other": {"x"}})).Code)
}

func TestInvalidURLs(t *testing.T) {
	s := serveSQLite(t, nil)
	const query = "query=%7Bstore%7Bid%7D%7D"
	for _, address := range []string{
		"", "query=", "Query=%7Bstore%7Bid%7D%7D", query + "&" + query, query + "&variables=1", query + "&variables=[]",
		query + "&variables=%7B", query + "&variables={}{}", query + `&variables={"secret":1,"secret":2}`, query + `&variables={"secret":"%ff"}`,
		query + "&extensions=%22secret%22", query + "&extensions={}&extensions={}", query + "&operationName=a&operationName=b",
		query + "%23%ff", query + "&operationName=%ff", query + "%23%c3&operationName=%a9", query + "%", query + ";secret", query + "&%zzsecret",
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			request := httptest.NewRequest(http.MethodGet, "/graphql", nil)
			request.URL.RawQuery = address
			a := s.send(withHeader(request, []string{"Accept", accept}))
			require.Equal(t, http.StatusBadRequest, a.Code, address)
			require.Equal(t, codeBadRequest, a.code(), address)
			require.NotContains(t, a.text, "secret")
		}
	}
}

func TestRequestIDs(t *testing.T) {
	s := serveSQLite(t, nil)
	for id, accepted := range map[string]bool{
		"a": true, "0af7651916cd43dd8448eb211c80319c": true, "Root=1-67891233-abcdef012345678912345678": true, "a_b.c:d/e+f=g-h": true,
		strings.Repeat("x", 64): true, strings.Repeat("x", 65): false, "": false, "-a": false, "a b": false, "a\nb": false, "a\x00": false,
		"ä": false, `a"`: false, "<a>": false, "hb_0123456789": false, "eyJhbGciOiJIUzI1NiJ9": false,
	} {
		for _, query := range []string{`{ store { id } }`, `{`} {
			a := s.post(query, nil, "X-Request-Id", id)
			require.Equal(t, accepted, a.Header().Get("X-Request-ID") == id, "%q", id)
			require.Len(t, a.Header().Values("X-Request-ID"), 1)
		}
	}
	first, second := s.post(`{`, nil), s.post(`{`, nil)
	require.NotEqual(t, first.Header().Get("X-Request-ID"), second.Header().Get("X-Request-ID"))
}

// TestReject answers without an endpoint, in the form that an endpoint's errors have.
func TestReject(t *testing.T) {
	s := &served{t: t, Handler: Reject(http.StatusMisdirectedRequest, "WRONG_HOST", "Not here.")}
	a := s.post(`{ store { id } }`, nil, "X-Request-Id", "mine")
	require.Equal(t, http.StatusMisdirectedRequest, a.Code)
	require.Equal(t, "WRONG_HOST", a.code())
	require.Equal(t, "mine", a.Header().Get("X-Request-ID"))
}

// TestMediaTypeDecidesStatus: only requests that are well formed are answered 200, and only to application/json.
func TestMediaTypeDecidesStatus(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, test := range []struct {
		body, code string
		json       int
	}{
		{bodyOf(`{`, nil), codeParse, 200},
		{bodyOf(``, nil), codeValidation, 200},
		{bodyOf(`{ 8f31 }`, nil), codeParse, 200},
		{bodyOf(`{ nothing }`, nil), codeValidation, 200},
		{bodyOf(`subscription { store { id } }`, nil), codeValidation, 200},
		{bodyOf(`query A { store { id } } query B { store { id } }`, nil), codeValidation, 200},
		{`{"query":"query A { store { id } }","operationName":"B"}`, codeValidation, 200},
		{bodyOf(`query($id: ID!) { node(id: $id) { id } }`, nil), codeVariables, 200},
		{bodyOf(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": nil}), codeVariables, 200},
		{bodyOf(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": true}), codeVariables, 200},
		{bodyOf(`query($first: Int!) { auditTrail(first: $first) { nodes { id } } }`, map[string]any{"first": "5"}), codeVariables, 200},
		{bodyOf(`query($first: Int!) { auditTrail(first: $first) { nodes { id } } }`, map[string]any{"first": 1.5}), codeVariables, 200},
		{bodyOf(`query($first: Int!) { auditTrail(first: $first) { nodes { id } } }`, map[string]any{"first": 1 << 31}), codeBadInput, 400},
		{bodyOf(`{ auditTrail(first: 99999999999999999999) { nodes { id } } }`, nil), codeBadInput, 400},
		{`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`, codePersistedNotFound, 200},
		{`{"qeury":"{ store { id } }"}`, codeBadRequest, 400},
		{`{"query":null}`, codeBadRequest, 400},
	} {
		for accept, status := range map[string]int{mediaJSON: test.json, mediaGraphQL: http.StatusBadRequest} {
			a := s.send(newPost(test.body, "Accept", accept))
			codes := fmt.Sprint(a.code(), " ", a.text)
			require.Contains(t, codes, test.code, test.body)
			require.Equal(t, status, a.Code, test.body)
			require.NotContains(t, a.text, `"data"`)
		}
	}
}
