package jobs

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// libraryLogPause is how long a message of River's is not repeated: while the database is away, it has one several times
// a second.
const libraryLogPause = time.Minute

// libraryLog is a handler that writes River's warnings and errors to our log, as warnings: what they are about is tried
// again.
type libraryLog struct {
	to slog.Handler
	// stopping silences it: what River cannot tell the database any more, such as that another process may lead, others find
	// out by themselves.
	stopping atomic.Bool

	mu   sync.Mutex
	last map[string]time.Time // by message; River has some dozens
}

func newLibraryLog(to slog.Handler) *libraryLog {
	return &libraryLog{to: to, last: map[string]time.Time{}}
}

// Enabled implements slog.Handler.
func (*libraryLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle implements slog.Handler.
func (l *libraryLog) Handle(ctx context.Context, said slog.Record) error {
	if l.stopping.Load() || l.isRepeated(said) {
		return nil
	}
	record := slog.NewRecord(said.Time, slog.LevelWarn, "jobs", said.PC)
	record.AddAttrs(slog.String("river", said.Message))
	said.Attrs(func(attribute slog.Attr) bool {
		record.AddAttrs(attribute)
		return true
	})
	return l.to.Handle(ctx, record)
}

func (l *libraryLog) isRepeated(said slog.Record) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, found := l.last[said.Message]
	if found && said.Time.Sub(last) < libraryLogPause {
		return true
	}
	l.last[said.Message] = said.Time
	return false
}

// WithAttrs implements slog.Handler. River gives none.
func (l *libraryLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *libraryLog) WithGroup(string) slog.Handler { return l }
