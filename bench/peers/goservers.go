package peers

import "handback/bench/contender"

var goServers []contender.Contender
