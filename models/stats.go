package models

import (
	"errors"
	"time"
)

// ErrSchemaBehind says that the database's schema is older than this program, or that tables are missing.
var ErrSchemaBehind = errors.New("the database's schema is older than this program")

// PoolStats is how busy the connections to the database are.
type PoolStats struct {
	Name        string // "read" or "write"
	Limit       int    // how many there may be
	InUse, Idle int
	Waits       int64   // how often somebody had to wait for one, since the start
	WaitSeconds float64 // how long they waited, all together
}

// JobStats is how much work waits.
type JobStats struct {
	Count map[string]int64 // of jobs, by River's state
	// Failing are those that have failed FailingAttempts times or more, and are tried again.
	Failing int64
	// Oldest is how long ago the job was due that has been due longest, and that nobody does; 0 when none is due.
	Oldest time.Duration
}

// FailingAttempts is how often a job has failed that operators are told of: its attempts have taken ten minutes by then.
const FailingAttempts = 10

// EndingSoon is how long before an authorization ends operators are told.
const EndingSoon = 14 * 24 * time.Hour

// AuthorizationStats is how many shops are connected, and of how many TikTok's authorization ends, or has ended.
type AuthorizationStats struct {
	Shops  int64 // that are connected
	Ending int64 // of them, whose authorization ends within EndingSoon
	Ended  int64 // of them, that TikTok lets the app into no more: it was revoked, or its time is over
}

// TransitionStats is how much work in stores is not done.
type TransitionStats struct {
	Count map[TransitionPhase]int64 // of those that are not complete
	// OldestDisconnect is how long ago the oldest of the disconnects among them was begun that does not wait for a person; 0 when
	// there is none.
	OldestDisconnect time.Duration
}
