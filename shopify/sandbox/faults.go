package sandbox

import (
	"cmp"

	"github.com/handback/handback/standin"
)

// FaultKind is a way in which a call fails.
type FaultKind = standin.FaultKind

// The kinds of faults.
const (
	Throttled    = standin.Throttled    // the error of GraphQL, with status 200
	HTTP429      = standin.HTTP429      // with Retry-After
	HTTP500      = standin.HTTP500      // nothing was done
	CutBefore    = standin.CutBefore    // nothing was done, and nothing is answered
	CutAfter     = standin.CutAfter     // all was done, and the answer is lost
	Unauthorized = standin.Unauthorized // as if the token were none
	Slow         = standin.Slow         // done, but late
	Refused      = standin.Refused      // a mutation says no, with a user error; queries do not
)

// Fault makes the next calls of an operation fail. Calls that are no operations of GraphQL are called TokenExchange,
// OnlineTokenExchange, TokenRefresh, StagedUpload and BulkResult.
type Fault = standin.Fault

// AddFault makes the next calls fail, after those that earlier faults are for.
func (s *Sandbox) AddFault(fault Fault) error {
	fault.Platform = cmp.Or(fault.Platform, platform)
	return s.options.Log.AddFault(fault)
}

// ClearFaults ends all faults.
func (s *Sandbox) ClearFaults() { s.options.Log.ClearFaults(platform) }
