package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	"handback/endpoint"
	"handback/models"
)

// loggedNameBytes bounds an operation's name in the log. A document may name its operation at any length.
const loggedNameBytes = 100

// newLogger writes the log as LOG_FORMAT says: text, which is the default, or json.
func newLogger(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "", "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, errors.New("LOG_FORMAT is not understood: it must be text or json")
}

// reportDrops says how many lines are missing above.
func reportDrops(log *slog.Logger, lines uint64) {
	log.Warn("log lines were dropped", "lines", lines)
}

// observeOperations counts every operation and writes one line about it.
func observeOperations(log *slog.Logger, m *metrics) endpoint.Observe {
	return func(ctx context.Context, o endpoint.Operation) {
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

func refusalsText(refusals []endpoint.Refusal) string {
	texts := make([]string, len(refusals))
	for i, refusal := range refusals {
		texts[i] = refusal.Mutation + ":" + refusal.Code
	}
	return strings.Join(texts, ",")
}

// refusalLevel is higher for what callers cannot put right. A store whose snapshot is damaged is not given back until an
// operator does something.
func refusalLevel(refusals []endpoint.Refusal) slog.Level {
	damaged := func(refusal endpoint.Refusal) bool { return refusal.Code == string(models.SnapshotDamaged) }
	if slices.ContainsFunc(refusals, damaged) {
		return slog.LevelError
	}
	return slog.LevelInfo
}
