package models

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// decimal is a JSON number taken apart: 0.digits × 10^point, digits without zeros at either end.
type decimal struct {
	negative bool
	digits   string
	point    int64
}

// compareNumbers compares two JSON numbers by value, whatever their size: nothing is computed from the exponent,
// so 1e999999999 costs no more than 1.
func compareNumbers(a, b json.Number) int {
	x, y := takeApart(a), takeApart(b)
	if byS := cmp.Compare(x.sign(), y.sign()); byS != 0 {
		return byS
	}
	magnitude := cmp.Or(cmp.Compare(x.point, y.point), cmp.Compare(x.digits, y.digits))
	if x.negative {
		return -magnitude
	}
	return magnitude
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	default:
		return 1
	}
}

func takeApart(number json.Number) decimal {
	text, negative := strings.CutPrefix(string(number), "-")
	mantissa, exponent := text, ""
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		mantissa, exponent = text[:at], text[at+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	significant := strings.TrimLeft(digits, "0")
	leading := len(digits) - len(significant)
	significant = strings.TrimRight(significant, "0")
	if significant == "" {
		return decimal{}
	}
	return decimal{negative: negative, digits: significant, point: shift(exponent, int64(len(whole)-leading))}
}

// shift adds the exponent to the place of the point; exponents beyond reason stay there, at the nearest end.
func shift(exponent string, point int64) int64 {
	if exponent == "" {
		return point
	}
	by, _ := strconv.ParseInt(exponent, 10, 64) // out of range gives the nearest end
	return min(max(by, math.MinInt64/2), math.MaxInt64/2) + point
}
