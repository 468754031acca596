// Package jobs does the work that transactions have promised, and what is to be done from time to time. River keeps the
// jobs in the database that the promise was made in, has one process do each, and tries it again until it succeeds.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/models"
)

// How long things take. Rescue is when a job counts as abandoned by a process that was killed. River looks for such jobs
// every 30 seconds, and for those whose time has come every 5: it is begun anew within a minute. A job that has a longer time of its
// own counts as abandoned when that is over.
const (
	timeout      = 20 * time.Second
	rescue       = 22 * time.Second
	startTimeout = 5 * time.Second
	startPause   = time.Second     // before another try to start
	closeTime    = 2 * time.Second // for jobs that were told to end, and for River when there is none
)

// workers is how many jobs a process does at a time.
const workers = 4

// Repository is what jobs do their work with.
type Repository interface {
	ForgetIdempotencyKeys(ctx context.Context) (int64, error)
	ForgetNotifications(ctx context.Context) (int64, error)
	ForgetConsents(ctx context.Context) (int64, error)
	ForgetAPIKeys(ctx context.Context) (int64, error)
	ForgetUsers(ctx context.Context) (int64, error)
	ForgetDeliveries(ctx context.Context) (int64, error)
	// SweepTransitions promises anew to go on with transitions that nobody goes on with, and says how many there were.
	SweepTransitions(ctx context.Context) (int, error)
	// LinkedStores lists the domains of stores that have let the app in, so many after a domain.
	LinkedStores(ctx context.Context, after string, count int) ([]string, error)
	// TellTikTokLost tells of an account whose tokens were found to be good for nothing.
	TellTikTokLost(ctx context.Context, job models.TellTikTokLost) error
	// RequeueInterruptedJobs makes the jobs available again that are certain to be in no process's hands.
	RequeueInterruptedJobs(ctx context.Context) (int64, error)
}

// Client does jobs in this process, until it is stopped. Tx is the type of the transactions of its driver.
type Client[Tx any] struct {
	river      *river.Client[Tx]
	repository Repository
	ping       func(context.Context) error
	log        *slog.Logger
	libraryLog *libraryLog
	attempts   *attempts
	begun      chan struct{} // is closed when Start returns
	stop       func()
}

// New makes a client that does nothing yet. It carries transitions out, unless they are nil. Jobs are parts of the traces of the requests that
// promised them, unless traces is nil. Observe is told of each time that a job was tried.
func New[Tx any](driver riverdriver.Driver[Tx], repository Repository, transitions *Transitions, log *slog.Logger, traces trace.TracerProvider, observe func(Attempt)) (*Client[Tx], error) {
	stopping := make(chan struct{})
	known, fromRiver, around := river.NewWorkers(), newLibraryLog(log.Handler()), &attempts{log: log, observe: observe, stopping: stopping}
	register(known, repository)
	if transitions != nil {
		registerTransitions(known, repository, transitions)
	}
	middleware := []rivertype.Middleware{around}
	if traces != nil {
		middleware = []rivertype.Middleware{&tracing{tracer: traces.Tracer("github.com/handback/handback/jobs")}, around}
	}
	client, err := river.NewClient(driver, &river.Config{
		Workers: known, Queues: queues(transitions), PeriodicJobs: periodic(transitions),
		JobTimeout: timeout, RescueStuckJobsAfter: rescue, RetryPolicy: backoff{time.Now},
		Middleware: middleware,
		Logger:     slog.New(fromRiver),
		// While programs are replaced one after the other, an earlier one leaves the jobs alone that a later one promised.
		FetchOnlyKnownKinds: true,
		// It would need the owner of the tables, and longer than statements may take.
		ReindexerIndexNames: []string{},
	})
	if err != nil {
		return nil, err
	}
	return &Client[Tx]{
		river: client, repository: repository, ping: driver.GetExecutor().Ping, log: log, libraryLog: fromRiver, attempts: around,
		begun: make(chan struct{}), stop: sync.OnceFunc(func() { close(stopping) }),
	}, nil
}

// Start begins to do jobs. It returns when it has, which is not before the database takes writes, or when ctx ends.
func (c *Client[Tx]) Start(ctx context.Context) {
	defer close(c.begun)
	for told := false; ; told = true {
		err := c.start(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		if !told {
			c.log.WarnContext(ctx, "jobs wait for the database", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(startPause):
		}
	}
}

func (c *Client[Tx]) start(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := c.ping(patience); err != nil {
		return err
	}
	if _, err := c.repository.RequeueInterruptedJobs(patience); err != nil {
		return err
	}
	return c.river.Start(context.WithoutCancel(ctx)) // Stop ends it, and lets jobs finish first
}

// Stop begins no more jobs and waits for those that are being done, until ctx ends. Then they are cancelled, and will be
// done by another process or after the next start; those that pause between calls of a platform give up at once. The context of
// Start must have ended, or Start returned.
func (c *Client[Tx]) Stop(ctx context.Context) {
	<-c.begun
	c.stop()
	c.libraryLog.stopping.Store(true)
	if c.attempts.running.Load() == 0 { // River may have to tell the database that it goes, which may be away
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, closeTime)
		defer cancel()
	}
	if c.river.Stop(ctx) == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := c.river.StopAndCancel(ctx); err != nil && c.attempts.running.Load() > 0 {
		c.log.WarnContext(ctx, "a job does not end", "error", err)
	}
}
