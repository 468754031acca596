package sandbox

import (
	"cmp"

	"github.com/handback/handback/standin"
)

// Calls lists the calls after the given number, oldest first.
func (s *Sandbox) Calls(after int64) []standin.Call { return s.options.Log.Calls(platform, after) }

// AddFault makes the next calls of an operation fail, after those that earlier faults are for. Operations have the names of
// Exchange, and TokenExchange and TokenRefresh.
func (s *Sandbox) AddFault(fault standin.Fault) error {
	fault.Platform = cmp.Or(fault.Platform, platform)
	return s.options.Log.AddFault(fault)
}

// ClearFaults ends all faults.
func (s *Sandbox) ClearFaults() { s.options.Log.ClearFaults(platform) }
