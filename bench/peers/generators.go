package peers

import "handback/bench/contender"

var generators []contender.Contender
