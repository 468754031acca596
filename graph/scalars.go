package graph

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/handback/handback/models"
)

// MarshalDateTime writes a moment in RFC 3339, in UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = w.Write(t.UTC().AppendFormat(nil, `"`+time.RFC3339Nano+`"`))
	})
}

// UnmarshalDateTime reads a moment in RFC 3339, to the microsecond, as all moments are stored.
func UnmarshalDateTime(v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, fmt.Errorf("%T is not a DateTime", v)
	}
	moment, err := time.Parse(time.RFC3339Nano, text)
	return moment.UTC().Truncate(time.Microsecond), err
}

// MarshalSettingValue writes a value as it is stored, null when there is none.
func MarshalSettingValue(value models.Value) graphql.Marshaler {
	if value == "" {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, string(value)) })
}

// UnmarshalSettingValue reads a value from variables or from a document whose numbers were kept by markNumberLiterals.
func UnmarshalSettingValue(v any) (models.Value, error) {
	exact, err := exactNumbers(v)
	if err != nil {
		return "", err
	}
	value, err := models.NewValue(exact)
	if err != nil {
		return "", &models.BadInput{Argument: "value", Problem: "is not JSON"}
	}
	return value, nil
}

// exactNumbers puts json.Number where markNumberLiterals left its mark, and an empty list where gqlgen left a nil one.
func exactNumbers(v any) (any, error) {
	switch v := v.(type) {
	case float64: // of a variable declared as Float inside a literal: the digits are gone
		return nil, &models.BadInput{Argument: "value", Problem: "has a variable of type Float in it: declare it as SettingValue"}
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			exact, err := exactNumbers(element)
			if err != nil {
				return nil, err
			}
			list[i] = exact
		}
		return list, nil
	case map[string]any:
		if digits, ok := markedNumber(v); ok {
			return json.Number(digits), nil
		}
		object := make(map[string]any, len(v))
		for name, member := range v {
			exact, err := exactNumbers(member)
			if err != nil {
				return nil, err
			}
			object[name] = exact
		}
		return object, nil
	default:
		return v, nil
	}
}
