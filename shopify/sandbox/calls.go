package sandbox

import "github.com/handback/handback/standin"

const platform = "shopify"

// Outcomes of calls besides the kinds of faults and the codes of errors.
const (
	OutcomeOK        = standin.OutcomeOK
	OutcomeUserError = "USER_ERROR"
	OutcomeInvalid   = "INVALID" // the operation is none the API knows
)

// Call is a call that the product made.
type Call = standin.Call

// Calls lists the calls after the given number, oldest first.
func (s *Sandbox) Calls(after int64) []Call { return s.options.Log.Calls(platform, after) }
