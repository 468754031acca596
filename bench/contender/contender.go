// Package contender starts, watches and stops the programs that are compared.
package contender

import "encoding/json"

// Contender is a program that answers the operations of the comparison. Its commands run in Folder, which is relative
// to bench. When it is started it finds in its environment:
//
//	DATABASE_URL        postgres://… of the database, whose schema is the product's and which holds the stores
//	ADDR, HOST, PORT    where to listen: 127.0.0.1:PORT, 127.0.0.1 and PORT
//	SHOPIFY_API_KEY     the audience of session tokens
//	SHOPIFY_API_SECRET  what they are signed with, HS256
//	SETTINGS_JSON       the file that says which settings connecting writes
//
// It is ready when it answers Accounts at http://ADDR/graphql with status 200, and ends on SIGTERM. All processes that
// it starts are counted as its own.
type Contender struct {
	Name    string   // as it stands in the results
	Version string   // of what it is made of, pinned
	Folder  string   // where its commands run
	Build   []string // a command that makes or installs it, run once; nil for none
	Start   []string // a command that serves in the foreground
	Env     []string // more variables, NAME=value
	// Keys says that it lets callers in by API keys of the product, too.
	Keys bool
	// Documents has what it is asked instead of the product's documents, by the name of the operation.
	Documents map[string]Document
	// Without names operations that it does not have, and why.
	Without map[string]string
}

// Document is an operation in a contender's own GraphQL.
type Document struct {
	Query string
	// Variables makes its variables of the product's; nil when they are the same.
	Variables func(products map[string]any) map[string]any
	// Answer makes the product's data of its data, so that they can be compared; nil when they are the same. It is not
	// called while the time is taken.
	Answer func(data json.RawMessage) (json.RawMessage, error)
	// Good stands in every answer that is a success; "" when it is the product's.
	Good string
}
