package peers

import "github.com/handback/handback/bench/contender"

// nodeServers have one schema and one set of resolvers, which read and write with pg. Each is a process for every
// processor (node/cluster.js).
var nodeServers = []contender.Contender{
	nodeServer("mercurius", "Mercurius 16.10.1 with its compiler, Fastify 5.12.8, pg 8.23.1, Node 20"),
	nodeServer("apollo", "Apollo Server 5.5.1, Fastify 5.12.8, pg 8.23.1, Node 20"),
}

func nodeServer(name, version string) contender.Contender {
	return contender.Contender{
		Name: name, Version: version, Folder: "peers/node",
		Build: []string{"npm", "install", "--no-save", "--silent", "--prefer-offline"}, // does nothing the second time
		Start: []string{"node", "cluster.js", name + ".js"},
		Env:   []string{"NODE_ENV=production"},
	}
}
