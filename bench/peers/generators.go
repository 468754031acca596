package peers

import (
	"github.com/handback/handback/bench/contender"
	"github.com/handback/handback/bench/peers/postgraphile"
)

// generators make their API of the database. GraphJin is not among them: of its modules and versions that were asked for
// (core/v3 v3.0.10 and v3.0.31, v2 v2.0.30, core v0.17.20, v0.21.5, v0.16.44) the Go module proxy gave none out that the
// checksum database vouches for.
var generators = []contender.Contender{postgraphile.Contender}
