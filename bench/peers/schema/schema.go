// Package schema has the schema of the peers that are given one in a file, in Go and in Node.
package schema

import _ "embed"

// Text is the schema.
//
//go:embed schema.graphql
var Text string
