package endpoint

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// persistedBody is a request by hash, with the text when there is one.
func persistedBody(hash, query string) string {
	extensions := map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}
	body := map[string]any{"extensions": extensions}
	if query != "" {
		body["query"] = query
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestPersistedQueriesAreStored(t *testing.T) {
	const query = `{ store { id } }`
	hash := sha256Hex(query)
	byHash := url.Values{"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`}}
	for accept, missed := range map[string]int{mediaJSON: http.StatusOK, mediaGraphQL: http.StatusBadRequest} {
		s := serveSQLite(t, nil)
		for range 2 {
			for _, request := range []*http.Request{newPost(persistedBody(hash, ""), "Accept", accept), newGet(byHash, "Accept", accept)} {
				a := s.send(request)
				require.Equal(t, missed, a.Code)
				require.Equal(t, codePersistedNotFound, a.code())
				require.Equal(t, "PersistedQueryNotFound", a.Errors[0].Message, "what clients look for")
			}
		}
		learnt := s.send(newPost(persistedBody(hash, query), "Accept", accept))
		require.Equal(t, http.StatusOK, learnt.Code)
		for _, request := range []*http.Request{newPost(persistedBody(hash, ""), "Accept", accept), newGet(byHash, "Accept", accept)} {
			hit := s.send(request)
			require.Equal(t, http.StatusOK, hit.Code)
			require.Equal(t, learnt.Data, hit.Data)
		}
	}
}

func TestPersistedMutationsNeedPost(t *testing.T) {
	s := serveSQLite(t, nil)
	const query = `mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`
	parameters := url.Values{"query": {query}, "extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + sha256Hex(query) + `"}}`}}
	for range 2 { // by text and hash, then by hash alone
		require.Equal(t, http.StatusMethodNotAllowed, s.send(newGet(parameters)).Code)
		parameters.Del("query")
	}
	require.Contains(t, s.post(`{ overview { tikTokShop { status } } }`, nil).text, `"CONNECTED"`)
}

func TestInvalidPersistedQueries(t *testing.T) {
	s := serveSQLite(t, nil)
	const query = `{ store { id } }`
	hash := sha256Hex(query)
	for _, extension := range []string{
		`1`, `"` + hash + `"`, `[]`, `{}`, `{"version":1}`, `{"sha256Hash":"` + hash + `"}`, `{"version":2,"sha256Hash":"` + hash + `"}`, `{"version":1.0,"sha256Hash":"` + hash + `"}`,
		`{"version":"1","sha256Hash":"` + hash + `"}`, `{"version":1,"sha256Hash":1}`, `{"version":1,"sha256Hash":"` + hash[1:] + `"}`, `{"version":1,"sha256Hash":""}`, `{"version":1,"sha256hash":"` + hash + `"}`,
		// These are not the hash of the text.
		`{"version":1,"sha256Hash":"` + sha256Hex(query+" ") + `"}`, `{"version":1,"sha256Hash":"` + strings.ToUpper(sha256Hex(query+" ")) + `"}`,
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.send(newPost(`{"query":"`+query+`","extensions":{"persistedQuery":`+extension+`}}`, "Accept", accept))
			require.Equal(t, http.StatusBadRequest, a.Code, extension)
			require.Equal(t, codeBadRequest, a.code(), extension)
		}
	}
	require.Equal(t, codePersistedNotFound, s.send(newPost(persistedBody(hash, ""))).code(), "nothing was learnt")
}

// TestPersistedQueryHashIgnoresCase: the digits of a hash are a number.
func TestPersistedQueryHashIgnoresCase(t *testing.T) {
	const query = `{ store { domain } }`
	small := sha256Hex(query)
	capitals := strings.ToUpper(small)
	require.NotEqual(t, small, capitals)
	for _, hashes := range [][2]string{{small, capitals}, {capitals, small}, {capitals, capitals}} {
		s := serveSQLite(t, nil)
		require.Equal(t, codePersistedNotFound, s.send(newPost(persistedBody(hashes[1], ""))).code())
		learnt := s.send(newPost(persistedBody(hashes[0], query)))
		require.NotEmpty(t, learnt.Data, learnt.text)
		require.Equal(t, learnt.Data, s.send(newPost(persistedBody(hashes[1], ""))).Data)
		list, err := json.Marshal(map[string]string{hashes[0]: query})
		require.NoError(t, err)
		trusted, err := ReadTrustedDocuments(emptySchema, list)
		require.NoError(t, err)
		s = serveSQLite(t, func(o *Options) { o.TrustedDocuments = trusted })
		for _, body := range []string{persistedBody(hashes[1], ""), persistedBody(hashes[1], query), bodyOf(query, nil)} {
			require.Equal(t, learnt.Data, s.send(newPost(body)).Data)
		}
	}
}

func TestTrustedDocuments(t *testing.T) {
	const known, mutation, unknown = `query A($a: Int! = 1) { auditTrail(first: $a) { nodes { id } } }`, `mutation { updateSettings(settings: []) { userErrors { code } } }`, `{ store { id } }`
	list, err := json.Marshal(map[string]string{sha256Hex(known): known, sha256Hex(mutation): mutation})
	require.NoError(t, err)
	trusted, err := ReadTrustedDocuments(emptySchema, list)
	require.NoError(t, err)
	s := serveSQLite(t, func(o *Options) { o.TrustedDocuments = trusted })
	for _, body := range []string{bodyOf(known, nil), bodyOf(known, map[string]any{"a": 2}), persistedBody(sha256Hex(known), ""), persistedBody(sha256Hex(known), known), persistedBody(sha256Hex(mutation), "")} {
		a := s.send(newPost(body))
		require.Equal(t, http.StatusOK, a.Code, a.text)
		require.Empty(t, a.Errors)
	}
	for range 2 { // nothing is learnt
		for _, body := range []string{
			bodyOf(unknown, nil), bodyOf(known+" ", nil), bodyOf(`{ __typename }`, nil), bodyOf(`{ __schema { queryType { name } } }`, nil), bodyOf(`{`, nil), bodyOf("", nil),
			persistedBody(sha256Hex(unknown), unknown), persistedBody(sha256Hex(unknown), ""),
		} {
			for _, accept := range []string{mediaJSON, mediaGraphQL} {
				a := s.send(newPost(body, "Accept", accept))
				require.Equal(t, http.StatusForbidden, a.Code, body)
				require.Equal(t, codeDocumentNotTrusted, a.code())
			}
		}
	}
	require.Equal(t, codeBadRequest, s.send(newPost(persistedBody(sha256Hex(known), unknown))).code())
	require.Equal(t, codeDocumentNotTrusted, s.send(newGet(url.Values{"query": {unknown}})).code())
	require.Equal(t, http.StatusMethodNotAllowed, s.send(newGet(url.Values{"query": {mutation}})).Code)
	require.Equal(t, codeForbidden, s.post(mutation, nil, "Test-Scopes", "READ").code(), "who may do it is another question")
}

func TestTrustedDocumentHashesMayNameAlgorithm(t *testing.T) {
	const known = `{ store { id } }`
	for _, algorithm := range []string{"sha256:", "SHA256:"} {
		trusted, err := ReadTrustedDocuments(emptySchema, []byte(fmt.Sprintf(`{%q: %q}`, algorithm+sha256Hex(known), known)))
		require.NoError(t, err)
		require.Equal(t, TrustedDocuments{sha256Hex(known): known}, trusted)
	}
}

func TestDocumentIDs(t *testing.T) {
	const query = `query Store($a: Boolean = true) { store { id @include(if: $a) } }`
	id := "sha256:" + sha256Hex(query)
	byID := url.Values{"documentId": {id}, "variables": {`{"a": true}`}}
	s := serveSQLite(t, nil)
	for _, request := range []*http.Request{newPost(`{"documentId":"` + id + `"}`), newGet(byID)} {
		require.Equal(t, codePersistedNotFound, s.send(request).code())
	}
	learnt := s.send(newPost(persistedBody(sha256Hex(query), query)))
	require.Equal(t, http.StatusOK, learnt.Code)
	for _, request := range []*http.Request{
		newPost(`{"documentId":"` + id + `"}`), newPost(`{"documentId":"sha256:` + strings.ToUpper(sha256Hex(query)) + `","extensions":{}}`), newGet(byID),
	} {
		hit := s.send(request)
		require.Equal(t, http.StatusOK, hit.Code, hit.text)
		require.Equal(t, learnt.Data, hit.Data)
	}
	for _, body := range []string{
		`{"documentId":""}`, `{"documentId":"` + sha256Hex(query) + `"}`, `{"documentId":"md5:` + sha256Hex(query) + `"}`, `{"documentId":"` + id + `0"}`, `{"documentId":1}`,
		`{"documentId":"` + id + `","query":"{ store { id } }"}`, `{"documentId":"` + id + `","query":""}`,
		`{"documentId":"` + id + `","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + sha256Hex(query) + `"}}}`,
	} {
		a := s.send(newPost(body))
		require.Equal(t, http.StatusBadRequest, a.Code, body)
		require.Equal(t, codeBadRequest, a.code(), body)
	}
	byID.Set("query", query)
	require.Equal(t, codeBadRequest, s.send(newGet(byID)).code())
}

func TestInvalidTrustedDocuments(t *testing.T) {
	entry := func(text string) string { return fmt.Sprintf(`{"%s":%q}`, sha256Hex(text), text) }
	for list, says := range map[string]string{
		"": "JSON object", "[]": "JSON object", "{}": "JSON object", "null": "JSON object", `{"a":1}`: "JSON object", entry(`{ store { id } }`) + "{}": "JSON object",
		`{"a":"{ store { id } }"}`:                 `"a" is not the SHA-256`,
		strings.ToUpper(entry(`{ store { id } }`)): "is not the SHA-256",
		entry(`{`):           sha256Hex(`{`),
		entry(`{ nothing }`): `Cannot query field "nothing"`,
		entry(`{ ...a } fragment a on Query { ...a }`): "contains itself",
		entry(``): sha256Hex(``),
	} {
		trusted, err := ReadTrustedDocuments(emptySchema, []byte(list))
		require.ErrorContains(t, err, says, list)
		require.Nil(t, trusted)
	}
}
