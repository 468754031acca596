// Handback connects a Shopify store to TikTok Shop and gives it back as it was.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/handback/handback/db"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/telemetry"
)

// How long clients may take, so that slow ones do not hold connections: to send the header, to go on with a body, to send everything,
// to take the answer too, and to be silent between requests. The header may have so many bytes, the address included.
const (
	headerTime  = 5 * time.Second
	bodyGrace   = 5 * time.Second // for a body that does not move
	readTime    = 30 * time.Second
	writeTime   = 60 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 28 << 10 // net/http adds 4 KiB
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader of standard output or error that goes away must not end the program
	os.Exit(start(os.Args[1:], os.Stdout, os.Stderr))
}

// start returns the exit code. What was written is out by then, as far as somebody takes it.
func start(arguments []string, to, errorsTo io.Writer) int {
	stdout, stderr := telemetry.NewAsyncWriter(to), telemetry.NewAsyncWriter(errorsTo)
	defer stdout.Close()
	defer stderr.Close()
	ctx, stop := untilStopped(context.Background())
	defer stop()
	return commandLine(stdout, stderr).Run(ctx, arguments, stdout, stderr)
}

// untilStopped ends the context at the first signal that asks the program to stop. A second SIGINT or SIGTERM ends the
// program at once. A second SIGHUP does not: terminals and service managers send one together with another signal. One that
// nohup has ignored stays so.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	stopAll := stop
	if !signal.Ignored(syscall.SIGHUP) {
		hangup, stopHangup := signal.NotifyContext(ctx, syscall.SIGHUP)
		ctx, stopAll = hangup, func() { stopHangup(); stop() }
	}
	context.AfterFunc(ctx, stop)
	return ctx, stopAll
}

// How garbage is collected, unless GOGC and GOMEMLIMIT say otherwise. What is in use is so little that the usual 100 % would
// have it collected every few hundred requests, which takes a tenth of the time of a short read and makes others wait. The
// limit keeps large requests from using as many times their own memory.
const (
	garbagePercent = 800
	memoryLimit    = 192 << 20 // bytes
)

func collectGarbageLessOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// run serves until ctx ends, then shuts down gracefully. The port is taken first: a second program of the same address
// must not touch the database.
func run(ctx context.Context, stdout, stderr *telemetry.AsyncWriter) error {
	collectGarbageLessOften()
	config, err := readConfig()
	if err != nil {
		return err
	}
	log, err := telemetry.NewLogger(stderr, config.LogFormat)
	if err != nil {
		return err
	}
	slog.SetDefault(log) // for libraries that write to the standard logger
	stderr.ReportDrops(log)
	traces, flush, err := telemetry.StartTraces(ctx, log)
	if err != nil {
		return err
	}
	defer flush()
	listener, ops, err := listen(ctx, config)
	if err != nil {
		return err
	}
	defer listener.Close()
	defer ops.Close()
	config.Addr = listener.Addr().String()
	repository, err := db.Open(ctx, config.DatabaseURL, models.DefaultCatalogue(), db.WithTracing(traces), db.WhenDeaf(telemetry.LogDeaf(log)))
	if err != nil {
		return err
	}
	defer repository.Close()
	if err := useKeyset(ctx, config, repository); err != nil {
		return err
	}
	platforms, err := openPlatforms(config, repository, log)
	if err != nil {
		return err
	}
	defer func() { _ = platforms.close() }() // which has nothing more to write
	demo, err := openDemo(ctx, config, repository, platforms)
	if err != nil {
		return fmt.Errorf("cannot make the demo store: %w", err)
	}
	ready, build := telemetry.NewReadiness(repository.Ready, log), describe(readBuildInfo(), config)
	tell := telemetry.Telemetry{Log: log, Metrics: newMetrics(repository, build, stderr), Traces: traces}
	handler, err := newHandler(config, repository, platforms, demo, ready, tell)
	if err != nil {
		return err
	}
	worker, err := newWorker(repository, platforms.transitions, tell)
	if err != nil {
		return err
	}
	maintain(ctx, repository, log)
	log.InfoContext(ctx, "start", "version", build.Version, "commit", build.Commit, "database", build.Database, "mode", build.Mode, "addr", listener.Addr().String(), "ops_addr", ops.Addr().String())
	config.warn(ctx, log)
	_, _ = io.WriteString(stdout, welcome(listener.Addr(), demo)+fmt.Sprintf("Metrics for operators: http://%s/metrics\n", ops.Addr())) // an AsyncWriter does not fail
	operators := newOpsServer(ready, tell.Metrics, log)
	defer func() { _ = operators.Close() }() // after the last request: until then it says how the end goes
	go func() { _ = operators.Serve(ops) }()
	return serve(ctx, config, listener, ready, newServer(handler, ready.Stopping(), log), worker)
}

func newMetrics(repository *db.Repository, build telemetry.Build, stderr *telemetry.AsyncWriter) *telemetry.Metrics {
	metrics := telemetry.NewMetrics(repository.Pools)
	metrics.Describe(build)
	metrics.CountDroppedLines(stderr.Dropped)
	return metrics
}

// listen takes the ports of clients and of operators.
func listen(ctx context.Context, config config) (clients, ops net.Listener, err error) {
	on := func(addr string) (net.Listener, error) { return (&net.ListenConfig{}).Listen(ctx, "tcp", addr) }
	if clients, err = on(config.Addr); err != nil {
		return nil, nil, fmt.Errorf("cannot listen on ADDR %s: %w", config.Addr, innermost(err))
	}
	addr := config.opsAddr(clients.Addr().(*net.TCPAddr).Port)
	if ops, err = on(addr); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("cannot listen on OPS_ADDR %s: %w", addr, innermost(err)), clients.Close())
	}
	return clients, ops, nil
}

// warn tells what an operator may not have meant.
func (c config) warn(ctx context.Context, log *slog.Logger) {
	if !c.sandboxed() && c.Keyset == "" {
		log.WarnContext(ctx, "HANDBACK_KEYSET is not set: no store can be connected, because its tokens could not be kept")
	}
	if !c.sandboxed() && c.CertificateKeys == "" {
		log.WarnContext(ctx, "HANDBACK_CERTIFICATE_KEYS is not set: disconnects have no certificates")
	}
	if c.sandboxed() && !c.demo() {
		log.WarnContext(ctx, "stand-ins answer for Shopify and TikTok: nothing is read from or written to any store")
	}
}

// worker does jobs.
type worker interface {
	Start(ctx context.Context)
	Stop(ctx context.Context)
}

func newWorker(repository *db.Repository, transitions *jobs.Transitions, tell telemetry.Telemetry) (worker, error) {
	driver, err := repository.JobDriver()
	if err != nil {
		return nil, err
	}
	tell.Metrics.ShowJobs(repository.JobStats)
	tell.Metrics.ShowTransitions(repository.TransitionStats)
	tell.Metrics.ShowAuthorizations(repository.AuthorizationStats)
	transitions.Webhooks.Observe = tell.Metrics.ObserveDelivery
	return jobs.New(driver, repository, transitions, tell.Log, tell.Traces, func(attempt jobs.Attempt) {
		tell.Metrics.ObserveAttempt(attempt.Kind, attempt.Number, string(attempt.Outcome))
	})
}

// newServer bounds what clients may take, and how long when the program is stopping.
func newServer(handler http.Handler, stopping <-chan struct{}, log *slog.Logger) *http.Server {
	bodies := endpoint.BodyTime{Grace: bodyGrace, Whole: readTime, Stopping: stopping}
	return &http.Server{
		Handler: endpoint.CutSlowBodies(bodies, handler), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// useKeyset gives the repository the keyset that seals tokens, unless it lacks a key that some are sealed with. Those of the demo
// store open nothing but the sandbox, so they are no reason to need its keyset.
func useKeyset(ctx context.Context, config config, repository *db.Repository) error {
	if err := config.giveKeyset(repository); err != nil {
		return err
	}
	if err := repository.CheckKeyset(ctx); err == nil {
		return nil
	}
	if err := repository.ForgetCredentials(ctx, demoDomain); err != nil {
		return err
	}
	return repository.CheckKeyset(ctx)
}

func (c config) giveKeyset(to *db.Repository) error {
	keyring, err := c.keyring()
	if err != nil {
		return err
	}
	to.Sealer, to.PassingSealer = keyring, !c.sandboxed() && c.Keyset == ""
	return nil
}

// checkpointInterval is how old may be what a copy of the embedded database's file does not hold, if nobody reads for long.
const checkpointInterval = time.Minute

// resealInterval is how often the program looks for what a former key has sealed.
const resealInterval = time.Hour

// maintain does until ctx ends what the database needs now and then.
func maintain(ctx context.Context, repository *db.Repository, log *slog.Logger) {
	go periodically(ctx, log, checkpointInterval, "the log of the database is not in the file", repository.Checkpoint)
	go periodically(ctx, log, resealInterval, "credentials are still sealed by a former key", func(ctx context.Context) error {
		count, err := repository.ResealCredentials(ctx)
		if count > 0 {
			log.InfoContext(ctx, "credentials are sealed by the new key", "stores", count)
		}
		return err
	})
}

// periodically does something at once and then again and again, until ctx ends. A failure is logged as the complaint.
func periodically(ctx context.Context, log *slog.Logger, interval time.Duration, complaint string, do func(context.Context) error) {
	for every := time.NewTicker(interval); ; {
		doOnce(ctx, log, complaint, do)
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
	}
}

// doOnce does not end the program when it panics: requests are answered all the same.
func doOnce(ctx context.Context, log *slog.Logger, complaint string, do func(context.Context) error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			log.ErrorContext(ctx, "panic", "error", fmt.Sprintf("%T", panicked), "stack", string(debug.Stack()))
		}
	}()
	if err := do(ctx); err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, complaint, "error", err)
	}
}

// serve answers, and does jobs, until ctx ends. Then it shuts down gracefully: it says for a while that it is not ready, so
// that what distributes requests sends no more, accepts nothing new, and waits for the requests in flight and then for jobs:
// a request may wait for what it has promised.
func serve(ctx context.Context, config config, listener net.Listener, ready *telemetry.Readiness, server *http.Server, worker worker) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	go worker.Start(ctx)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ready.Stop()
	time.Sleep(config.ShutdownDelay)
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.ShutdownTimeout)
	defer cancel()
	defer worker.Stop(finish)
	if err := server.Shutdown(finish); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close() // what is left is no call: a client that does not send, or does not read
}

// welcome says where to look. For the demo store there are commands to be pasted.
func welcome(addr net.Addr, demo *models.Caller) string {
	url := fmt.Sprintf("http://%s", addr)
	if demo == nil {
		return fmt.Sprintf("Handback serves stores that sign in. Shopify's admin opens %s/\nTheir API is at %s/graphql\n", url, url)
	}
	curl := "  curl -s " + url + "/graphql -H 'Content-Type: application/json' -d "
	return fmt.Sprintf(`Handback serves %s (%s), a demo store. Its admin: %s/
Its API is at %s/graphql
Try operations in the browser: %s/graphiql
Preview what disconnecting TikTok Shop would do:
%s'{"query":"{ accounts { name disconnectPreview { token warnings { message } changes { key kind before after } } } }"}'
Disconnect, and get the store back as it was:
%s'{"query":"mutation { disconnectTikTokShop(confirm: true) { overview { tikTokShop { statusLabel } } disconnection { restoration { snapshotDigest restoredDigest } } userErrors { code message } } }"}'
`, demo.Store.Name, demo.Store.Domain, url, url, url, curl, curl)
}
