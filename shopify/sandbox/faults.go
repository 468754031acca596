package sandbox

import (
	"errors"
	"fmt"
	"slices"
)

// FaultKind is a way in which a call fails.
type FaultKind string

// The kinds of faults.
const (
	Throttled    FaultKind = "THROTTLED"    // the error of GraphQL, with status 200
	HTTP429      FaultKind = "HTTP_429"     // with Retry-After
	HTTP500      FaultKind = "HTTP_500"     // nothing was done
	CutBefore    FaultKind = "CUT_BEFORE"   // nothing was done, and nothing is answered
	CutAfter     FaultKind = "CUT_AFTER"    // all was done, and the answer is lost
	Unauthorized FaultKind = "UNAUTHORIZED" // as if the token were none
	Slow         FaultKind = "SLOW"         // done, but late
	Refused      FaultKind = "USER_ERROR"   // a mutation says no, with a user error; queries do not
)

var faultKinds = []FaultKind{Throttled, HTTP429, HTTP500, CutBefore, CutAfter, Unauthorized, Slow, Refused}

// Fault makes the next calls of an operation fail. Calls that are no operations of GraphQL are called TokenExchange,
// TokenRefresh, StagedUpload and BulkResult.
type Fault struct {
	Platform  string    `json:"platform"`
	Operation string    `json:"operation"` // * for every one
	Kind      FaultKind `json:"kind"`
	Times     int       `json:"times"`
}

func (f Fault) problem() error {
	switch {
	case f.Platform != "" && f.Platform != platform:
		return fmt.Errorf("platform: must be %s", platform)
	case f.Operation == "":
		return errors.New("operation: must be the name of an operation, or *")
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("kind: must be one of %v", faultKinds)
	case f.Times < 1:
		return errors.New("times: must be at least 1")
	}
	return nil
}

// AddFault makes the next calls fail, after those that earlier faults are for.
func (s *Sandbox) AddFault(fault Fault) error {
	if err := fault.problem(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault)
	return nil
}

// ClearFaults ends all faults.
func (s *Sandbox) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault uses up one time of the first fault for the operation. It returns "" when there is none.
func (s *Sandbox) takeFault(operation string, mutation bool) FaultKind {
	for at, fault := range s.faults {
		if fault.Operation != "*" && fault.Operation != operation || fault.Kind == Refused && !mutation {
			continue
		}
		fault.Times--
		if fault.Times == 0 {
			s.faults = slices.Delete(s.faults, at, at+1)
		}
		return fault.Kind
	}
	return ""
}
