package main

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/handback/handback/db"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/standin"
)

// How far the clock can be put forward, at once and in all.
const (
	maxAdvance = 366 * 24 * time.Hour
	maxAhead   = 10 * maxAdvance
)

// sandboxClock is the time of the platforms' sandboxes and of the program beside them. Whoever plays with them can let it pass, but
// not of session tokens: browsers make those.
type sandboxClock struct {
	repository *db.Repository
	now        func() time.Time // without what was let pass
	ahead      atomic.Int64
}

// newSandboxClock makes the repository's time one that can be let pass.
func newSandboxClock(repository *db.Repository) *sandboxClock {
	c := &sandboxClock{repository: repository, now: repository.Now}
	repository.Now = c.Now
	return c
}

// Now is the time.
func (c *sandboxClock) Now() time.Time { return c.now().Add(time.Duration(c.ahead.Load())) }

// advance lets time pass, also for jobs: what is to be done within it is due.
func (c *sandboxClock) advance(ctx context.Context, by time.Duration) error {
	if by <= 0 || by > maxAdvance || time.Duration(c.ahead.Load())+by > maxAhead {
		return errors.New("advanceMinutes: must be from 1 to 527040, and ten times that in all")
	}
	from := c.Now()
	c.ahead.Add(int64(by))
	return c.repository.AdvanceJobs(ctx, by, jobs.DueWithin(from, c.Now())...)
}

// ServeHTTP lets time pass: POST {"advanceMinutes":1440}. It answers with the time that it is then.
func (c *sandboxClock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		AdvanceMinutes int64 `json:"advanceMinutes"`
	}
	err := standin.ReadJSON(w, r, &wanted)
	if err == nil {
		wanted.AdvanceMinutes = min(wanted.AdvanceMinutes, int64(2*maxAdvance/time.Minute)) // which is refused, and no overflow
		err = c.advance(r.Context(), time.Duration(max(wanted.AdvanceMinutes, 0))*time.Minute)
	}
	if err != nil {
		standin.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	standin.WriteJSON(w, http.StatusOK, map[string]time.Time{"now": c.Now()})
}
