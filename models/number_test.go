package models

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCompareNumbers(t *testing.T) {
	for _, equal := range [][2]json.Number{
		{"0", "-0"}, {"0", "0.000"}, {"0", "0e99"}, {"1", "1.0"}, {"1", "1e0"}, {"1000", "1e3"}, {"0.001", "1E-3"},
		{"0.50", "5e-1"}, {"-10", "-1e+1"}, {"00120", "12e1"},
	} {
		require.Zero(t, compareNumbers(equal[0], equal[1]), "%v", equal)
		require.Zero(t, compareNumbers(equal[1], equal[0]), "%v", equal)
	}
	for _, ascending := range [][2]json.Number{
		{"-1", "0"}, {"0", "1"}, {"-2", "-1"}, {"9", "10"}, {"0.09", "0.1"}, {"1", "1.0000000000000000000000000001"},
		{"9007199254740992", "9007199254740993"}, {"12", "123"}, {"-123", "-12"}, {"1e-9", "1"}, {"-1", "1e-9"},
	} {
		require.Negative(t, compareNumbers(ascending[0], ascending[1]), "%v", ascending)
		require.Positive(t, compareNumbers(ascending[1], ascending[0]), "%v", ascending)
	}
}

func TestCompareNumbersWithHugeExponents(t *testing.T) {
	begun := time.Now()
	for _, ascending := range [][2]json.Number{
		{"1", "1e999999999"}, {"1e999999998", "1e999999999"}, {"-1e999999999", "1"}, {"0", "1e-999999999"},
		{"1e-999999999", "1e-999999998"}, {"-1e-999999999", "0"}, {"1e308", "1e99999999999999999999999"},
		{"1e-99999999999999999999999", "1e-308"}, {"-1e99999999999999999999999", "-1e308"},
		{"1e9223372036854775807", "10e9223372036854775807"}, {"0.1e-9223372036854775808", "1e-9223372036854775808"},
		{"1e-9223372036854775808", "1e9223372036854775807"},
		{"0e99999999999999999999999", "1e-99999999999999999999999"},
	} {
		require.Negative(t, compareNumbers(ascending[0], ascending[1]), "%v", ascending)
		require.Positive(t, compareNumbers(ascending[1], ascending[0]), "%v", ascending)
	}
	require.Less(t, time.Since(begun), time.Second)
}
