// Package peers lists what a user would take instead of the product.
package peers

import "slices"

// All are the peers of the comparison.
var All = slices.Concat(nodeServers, generators, goServers)
