package peers

import "handback/bench/contender"

var nodeServers []contender.Contender
