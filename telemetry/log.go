package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/handback/handback/models"
)

// loggedNameBytes bounds an operation's name in the log. A document may name its operation at any length.
const loggedNameBytes = 100

// NewLogger writes the log as LOG_FORMAT says: text, which is the default, or json.
func NewLogger(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "", "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, errors.New("LOG_FORMAT is not understood: it must be text or json")
}

// ObserveOperations counts every operation and writes one line about it.
func ObserveOperations(log *slog.Logger, m *Metrics) func(context.Context, models.Operation) {
	return func(ctx context.Context, o models.Operation) {
		m.observe(o)
		attributes := []slog.Attr{
			slog.String("request_id", o.RequestID),
			slog.String("store", o.StoreID),
			slog.String("actor_kind", string(o.ActorKind)),
			slog.String("operation", o.Name[:min(len(o.Name), loggedNameBytes)]),
			slog.String("type", o.Type),
			slog.Int("status", o.Status),
			slog.Float64("duration_ms", float64(o.Duration.Microseconds())/1000),
			slog.Int("cost", o.Cost),
		}
		if o.Type == "subscription" {
			attributes = append(attributes, slog.Int("events", o.Events))
		}
		if o.Code != "" {
			attributes = append(attributes, slog.String("code", o.Code))
		}
		if o.Replayed {
			attributes = append(attributes, slog.Bool("replayed", true))
		}
		level := slog.LevelInfo
		if len(o.Refusals) > 0 {
			attributes = append(attributes, slog.String("refusals", refusalsText(o.Refusals)))
			level = refusalLevel(o.Refusals)
		}
		log.LogAttrs(ctx, level, "operation", attributes...)
	}
}

func refusalsText(refusals []models.RefusedMutation) string {
	texts := make([]string, len(refusals))
	for i, refusal := range refusals {
		texts[i] = refusal.Mutation + ":" + refusal.Code
	}
	return strings.Join(texts, ",")
}

// refusalLevel is higher for what callers cannot put right. A store whose snapshot is damaged is not given back until an
// operator does something.
func refusalLevel(refusals []models.RefusedMutation) slog.Level {
	damaged := func(refusal models.RefusedMutation) bool { return refusal.Code == string(models.SnapshotDamaged) }
	if slices.ContainsFunc(refusals, damaged) {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// LogDamage tells operators of damaged snapshots that sellers met. requestID is the id of the request that is being answered.
func LogDamage(log *slog.Logger, requestID func(context.Context) string) func(context.Context, *models.Account) {
	return func(ctx context.Context, account *models.Account) {
		log.ErrorContext(ctx, "the snapshot of a connected account is damaged: disconnecting it will be refused",
			"code", string(models.SnapshotDamaged), "request_id", requestID(ctx), "account", account.ID)
	}
}

// LogDeaf tells operators that processes do not hear of each other's events at once.
func LogDeaf(log *slog.Logger) func(error) {
	return func(err error) {
		log.Warn("the connection that tells of events is lost: streams look every few seconds until it is back", "error", err)
	}
}
