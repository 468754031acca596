package peers

import "github.com/handback/handback/bench/contender"

const gophers = "../.tools/bench/graph-gophers"

var goServers = []contender.Contender{{
	Name: "graph-gophers", Version: "graph-gophers/graphql-go v1.11.0, net/http, pgx v5.12.0", Folder: ".",
	Build: []string{"go", "build", "-o", gophers, "./peers/gophers"},
	Start: []string{gophers},
	Env:   []string{"CGO_ENABLED=0"},
}}
