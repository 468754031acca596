package models

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLedgerBytes(t *testing.T) {
	require.Zero(t, LedgerBytes(nil))
	require.EqualValues(t, 2*ledgerRowBytes+3+2, LedgerBytes([]SettingChange{{Before: "123", After: "45"}, {}}))
}

func TestLedgerDayBeginsAtMidnight(t *testing.T) {
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	require.Equal(t, LedgerDay(midnight)-1, LedgerDay(midnight.Add(-time.Microsecond)))
	require.Equal(t, LedgerDay(midnight), LedgerDay(midnight.Add(24*time.Hour-time.Microsecond)))
	require.Equal(t, LedgerDay(midnight), LedgerDay(midnight.In(time.FixedZone("east", 3600))))
}

func TestDailyLimits(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	today := LedgerDay(now)
	limits := NewDailyLimits(DailyUse{LedgerUse{today, 3<<20 + 1}, today - 1, 5 << 20}, 256<<20, now)
	require.Equal(t, &DailyLimits{
		History: DailyLimit{Limit: 256, Used: 4}, Answers: DailyLimit{Limit: 64}, ResetsAt: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC),
	}, limits)
}
