package endpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// hashPrefix stands before a SHA-256 in document ids, as in GraphQL over HTTP, and in lists of GraphQL Code Generator that
// name the algorithm.
const hashPrefix = "sha256:"

// ReadTrustedDocuments reads a list of trusted documents: a JSON object from SHA-256 in hex to text, which is what
// GraphQL Code Generator and Relay write; "sha256:" may stand before the hex. The error names the entry.
func ReadTrustedDocuments(schema Schema, list []byte) (TrustedDocuments, error) {
	var listed map[string]string
	if err := json.Unmarshal(list, &listed); err != nil || len(listed) == 0 {
		return nil, errors.New("it must be a JSON object from the SHA-256 of each document, in hex, to its text")
	}
	d, trusted := newDocuments(schema), TrustedDocuments{}
	for id, text := range listed {
		hash := strings.TrimPrefix(strings.ToLower(id), hashPrefix)
		if sha256Hex(text) != hash {
			return nil, fmt.Errorf("%.71q is not the SHA-256 of its document", id)
		}
		trusted[hash] = text
		if _, _, rejection := d.read(text, true); rejection != nil {
			return nil, fmt.Errorf("the document %s: %w", id, rejection)
		}
	}
	return trusted, nil
}

// persisted finds the text of a request that names its document by hash, as Apollo's clients do, and caches the
// texts of those that come with both.
type persisted struct {
	trusted TrustedDocuments
	known   *cache[string] // by hash
}

// resolve puts the text of the document into the request.
func (p *persisted) resolve(params *graphql.RawParams) *requestError {
	hash, rejection := persistedHash(params.Extensions[persistedQuery])
	if rejection != nil {
		return rejection
	}
	if hash != "" && params.Query != "" && sha256Hex(params.Query) != hash {
		return newRequestError(codeBadRequest, "extensions.persistedQuery.sha256Hash is not the SHA-256 of the query.")
	}
	if p.trusted != nil {
		return p.resolveTrusted(params, hash)
	}
	switch {
	case hash == "":
	case params.Query != "":
		p.known.add(hash, params.Query, len(params.Query))
	default:
		text, ok := p.known.get(hash)
		if !ok {
			return newRequestError(codePersistedNotFound, "PersistedQueryNotFound") // clients look for this message
		}
		params.Query = text
	}
	return nil
}

func (p *persisted) resolveTrusted(params *graphql.RawParams, hash string) *requestError {
	if hash == "" {
		hash = sha256Hex(params.Query)
	}
	text, ok := p.trusted[hash]
	if !ok {
		return newRequestError(codeDocumentNotTrusted, "Only documents on the server's list are answered; this one is not on it.")
	}
	params.Query = text
	return nil
}

// useDocumentID makes a request by document id, as GraphQL over HTTP has it, one by hash, as Apollo's clients send it.
func useDocumentID(params *graphql.RawParams, id string, hasQuery bool) *requestError {
	hash, isHash := strings.CutPrefix(id, hashPrefix)
	switch {
	case hasQuery, params.Extensions[persistedQuery] != nil:
		return newRequestError(codeBadRequest, "documentId stands in place of query and of extensions.persistedQuery: send one of them.")
	case !isHash || len(hash) != hex.EncodedLen(sha256.Size):
		return newRequestError(codeBadRequest, "documentId must be sha256: and the SHA-256 of the document's text, in hex.")
	}
	if params.Extensions == nil {
		params.Extensions = map[string]any{}
	}
	params.Extensions[persistedQuery] = map[string]any{"version": json.Number("1"), "sha256Hash": hash}
	return nil
}

// persistedHash reads extensions.persistedQuery; the hash is "" when there is none, and in small letters.
func persistedHash(extension any) (hash string, rejection *requestError) {
	if extension == nil {
		return "", nil
	}
	members, _ := extension.(map[string]any)
	hash, isText := members["sha256Hash"].(string)
	version, isNumber := members["version"].(json.Number)
	if !isText || !isNumber || version != "1" || len(hash) != hex.EncodedLen(sha256.Size) {
		return "", newRequestError(codeBadRequest, `extensions.persistedQuery must be {"version": 1, "sha256Hash": "…"}.`)
	}
	return strings.ToLower(hash), nil
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
