package db

import (
	"context"
	"database/sql"

	"github.com/riverqueue/river/riverdriver"

	"github.com/handback/handback/models"
)

// jobDriver is a driver of River that uses no LISTEN and NOTIFY of the database, nor River's table in place of them: a
// promise is one statement, and a connection may be to a pool that keeps no sessions. Its client hears at once of what this
// process has committed, and finds what others have by looking every second.
type jobDriver struct {
	riverdriver.Driver[*sql.Tx]

	committed <-chan struct{} // nil for a client that does no jobs
}

// SupportsListener implements riverdriver.Driver.
func (d jobDriver) SupportsListener() bool { return d.committed != nil }

// SupportsListenNotify implements riverdriver.Driver.
func (jobDriver) SupportsListenNotify() bool { return false }

// GetListener implements riverdriver.Driver.
func (d jobDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return &commitListener{committed: d.committed}
}

// commitListener is a listener of River that needs no connection.
type commitListener struct {
	committed <-chan struct{}
	untold    []riverdriver.Notification // of what was committed
}

// newJobs is what River tells its workers with, queue by queue.
var newJobs = []riverdriver.Notification{
	{Topic: "river_insert", Payload: `{"queue": "default"}`},
	{Topic: "river_insert", Payload: `{"queue": "` + models.TransitionQueue + `"}`},
}

// WaitForNotification implements riverdriver.Listener.
func (l *commitListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	if len(l.untold) == 0 {
		select {
		case <-l.committed:
			l.untold = newJobs
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	told := l.untold[0]
	l.untold = l.untold[1:]
	return &told, nil
}

// Connect implements riverdriver.Listener.
func (*commitListener) Connect(context.Context) error { return nil }

// Close implements riverdriver.Listener.
func (*commitListener) Close(context.Context) error { return nil }

// Listen implements riverdriver.Listener.
func (*commitListener) Listen(context.Context, string) error { return nil }

// Unlisten implements riverdriver.Listener.
func (*commitListener) Unlisten(context.Context, string) error { return nil }

// Ping implements riverdriver.Listener.
func (*commitListener) Ping(context.Context) error { return nil }

// Schema implements riverdriver.Listener.
func (*commitListener) Schema() string { return "" }

// SetAfterConnectExec implements riverdriver.Listener.
func (*commitListener) SetAfterConnectExec(string) {}
