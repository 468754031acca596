package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
)

// graphiQL has the page of this package and, byte for byte, the published files of GraphiQL and React (graphiql/fetch).
//
//go:embed graphiql/*.html graphiql/*.css graphiql/*.js graphiql/*.txt
var graphiQL embed.FS

// Example is an operation that GraphiQL opens with, in a tab of its own.
type Example struct {
	Name      string `json:"name"`      // one line on what it is for; stands above it as a comment. May be empty
	Query     string `json:"query"`     // a GraphQL document
	Variables string `json:"variables"` // a JSON object; empty: none
}

// GraphiQL serves GraphiQL at /graphiql and its files below that. shopifyAPIKey is the app's at Shopify, "" where nobody signs
// in. As the admin, it serves everybody, for there is nothing secret in it: the page sends operations to /graphql, with the
// headers that are typed in or, inside Shopify's admin, with session tokens of the seller there; never with what the browser
// knows.
func GraphiQL(shopifyAPIKey string, examples ...Example) http.Handler {
	files := map[string]file{"/graphiql/examples.json": newFile("examples.json", func() []byte { return marshal(examples) })}
	names, err := fs.Glob(graphiQL, "graphiql/*")
	if err != nil {
		panic(err) // the pattern is right
	}
	for _, name := range names {
		files["/"+name] = newFile(name, within(graphiQL, name))
	}
	policy := SecurePage
	if shopifyAPIKey != "" {
		page := withHead(files["/graphiql/index.html"].plain().content, AdminConfig{ShopifyAPIKey: shopifyAPIKey})
		files["/graphiql/index.html"] = newFile("index.html", func() []byte { return page })
		policy = secureInShopify
	}
	files["/graphiql"] = files["/graphiql/index.html"]
	return serveFiles(files, policy)
}

// marshal writes a list also when there are no examples.
func marshal(examples []Example) []byte {
	text, err := json.Marshal(append([]Example{}, examples...))
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return text
}
