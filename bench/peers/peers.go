// Package peers lists what a user would take instead of the product.
package peers

import "handback/bench/contender"

// All are the peers of the comparison.
var All []contender.Contender
