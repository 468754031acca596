package standin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// FaultKind is a way in which a call fails.
type FaultKind string

// The kinds of faults.
const (
	Throttled    FaultKind = "THROTTLED"    // the platform's own error for too many calls, with status 200
	HTTP429      FaultKind = "HTTP_429"     // the status for too many calls
	HTTP500      FaultKind = "HTTP_500"     // nothing was done
	CutBefore    FaultKind = "CUT_BEFORE"   // nothing was done, and nothing is answered
	CutAfter     FaultKind = "CUT_AFTER"    // all was done, and the answer is lost
	Unauthorized FaultKind = "UNAUTHORIZED" // as if the token were none
	Slow         FaultKind = "SLOW"         // done, but late
	Refused      FaultKind = "USER_ERROR"   // a write says no; reads do not
)

// FaultKinds lists them.
var FaultKinds = []FaultKind{Throttled, HTTP429, HTTP500, CutBefore, CutAfter, Unauthorized, Slow, Refused}

// EndsCall reports whether nothing is done, and the fault is answered instead.
func (k FaultKind) EndsCall() bool {
	switch k {
	case Throttled, HTTP429, HTTP500, CutBefore, Unauthorized:
		return true
	}
	return false
}

// Cut ends the connection of a call that was done, if that is the fault.
func (k FaultKind) Cut() {
	if k == CutAfter {
		panic(http.ErrAbortHandler)
	}
}

// Delay waits, if that is the fault, but not longer than the client.
func (k FaultKind) Delay(ctx context.Context, wait time.Duration) {
	if k != Slow {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// Fault makes the next calls of an operation fail.
type Fault struct {
	Platform  string    `json:"platform"`
	Operation string    `json:"operation"` // * for every one
	Kind      FaultKind `json:"kind"`
	Times     int       `json:"times"`
}

// AddFault makes the next calls fail, after those that earlier faults are for.
func (l *Log) AddFault(fault Fault) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.problem(fault); err != nil {
		return err
	}
	l.faults = append(l.faults, &fault)
	return nil
}

func (l *Log) problem(fault Fault) error {
	at := slices.IndexFunc(l.platforms, func(p platform) bool { return p.name == fault.Platform })
	switch {
	case at < 0:
		return fmt.Errorf("platform: must be %s", l.names())
	case fault.Operation == "":
		return errors.New("operation: must be the name of an operation, or *")
	case !slices.Contains(l.platforms[at].kinds, fault.Kind):
		return fmt.Errorf("kind: must be one of %v", l.platforms[at].kinds)
	case fault.Times < 1:
		return errors.New("times: must be at least 1")
	}
	return nil
}

func (l *Log) names() string {
	var names []string
	for _, p := range l.platforms {
		names = append(names, p.name)
	}
	return strings.Join(names, " or ")
}

// ClearFaults ends all faults of a platform or, when it is empty, of all.
func (l *Log) ClearFaults(platform string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = slices.DeleteFunc(l.faults, func(f *Fault) bool { return platform == "" || f.Platform == platform })
}

// TakeFault uses up one time of the first fault for a platform's operation. It returns "" when there is none.
func (l *Log) TakeFault(platform, operation string, write bool) FaultKind {
	l.mu.Lock()
	defer l.mu.Unlock()
	for at, fault := range l.faults {
		if fault.Platform != platform || fault.Operation != "*" && fault.Operation != operation || fault.Kind == Refused && !write {
			continue
		}
		fault.Times--
		if fault.Times == 0 {
			l.faults = slices.Delete(l.faults, at, at+1)
		}
		return fault.Kind
	}
	return ""
}
