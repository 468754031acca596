package auth

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/time/rate"
)

// clockWarningEvery is how often the clock is warned of, however many tokens there are.
const clockWarningEvery = time.Minute

// clockWarning tells operators of session tokens that are rejected for their times alone. When this machine's clock is
// wrong, all of them are, and sellers only read that they must sign in.
type clockWarning struct {
	log   *slog.Logger
	limit *rate.Limiter
}

func newClockWarning(log *slog.Logger) clockWarning {
	return clockWarning{log: log, limit: rate.NewLimiter(rate.Every(clockWarningEvery), 1)}
}

// warn tells how long ago a token ended; off is negative when it is still to begin.
func (w clockWarning) warn(ctx context.Context, now time.Time, off time.Duration) {
	if !w.limit.AllowN(now, 1) {
		return
	}
	token := "expired"
	if off < 0 {
		token = "not valid yet"
	}
	w.log.WarnContext(ctx, "a session token is right but for its times: is the clock of this machine right?",
		"token", token, "by", off.Abs().Round(time.Second).String(), "clock", now.UTC().Format(time.RFC3339))
}
