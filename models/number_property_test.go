package models

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCompareNumbersAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = respell(a, rapid.IntRange(0, 30).Draw(t, "by"))
		}
		require.Equal(t, rational(t, a).Cmp(rational(t, b)), compareNumbers(a, b), "%s and %s", a, b)
	})
}

// numbers are JSON numbers of modest exponents. Few digits, so that near and equal ones come up.
var numbers = rapid.Map(rapid.StringMatching(`-?(0|[1-9][019]{0,20})(\.[019]{1,20})?([eE][+-]?[0-9]{1,2})?`),
	func(text string) json.Number { return json.Number(text) })

// respell writes a number without exponent in another way.
func respell(number json.Number, by int) json.Number {
	if strings.ContainsAny(string(number), "eE") {
		return number
	}
	if strings.Contains(string(number), ".") {
		return number + json.Number(strings.Repeat("0", by))
	}
	return number + json.Number("."+strings.Repeat("0", by+1)+"e0")
}

func rational(t *rapid.T, number json.Number) *big.Rat {
	value, ok := new(big.Rat).SetString(string(number))
	require.True(t, ok, "%s", number)
	return value
}
