package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What a setting's value may be at most, as JSON.
const (
	MaxValueBytes = 1 << 20
	MaxValueDepth = 500 // lists and objects inside one another; encoding/json reads 10,000 in a whole answer
)

// Value is a setting's value as canonical JSON: no white space, object members in byte order of their names,
// numbers with the digits they were written with, strings as encoding/json writes them with HTML escaping off.
// Two values are equal when their texts are. The empty Value stands for a setting that does not exist.
type Value string

// NewValue makes the Value of decoded JSON: strings, booleans, json.Number (float64 would lose digits), nil,
// []any and map[string]any. nil alone gives the empty Value.
func NewValue(decoded any) (Value, error) {
	if decoded == nil {
		return "", nil
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(decoded); err != nil {
		return "", fmt.Errorf("not JSON: %w", err)
	}
	return Value(strings.TrimSuffix(text.String(), "\n")), nil
}

// ParseValue makes a Value of JSON text, as NewValue does of what the text decodes to.
func ParseValue(text []byte) (Value, error) {
	decoded, err := decode(text)
	if err != nil {
		return "", err
	}
	return NewValue(decoded)
}

// depth is how many lists and objects stand inside one another.
func (v Value) depth() int {
	deepest, depth, inString := 0, 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == '[' || c == '{'):
			depth++
			deepest = max(deepest, depth)
		case !inString && (c == ']' || c == '}'):
			depth--
		}
	}
	return deepest
}

// decoded returns what the canonical text stands for.
func (v Value) decoded() any {
	decoded, err := decode([]byte(v))
	if err != nil {
		panic("models: a Value that is not JSON: " + err.Error())
	}
	return decoded
}

func decode(text []byte) (decoded any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return decoded, nil
}
