package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	errNotJSON    = errors.New("the body is not JSON in UTF-8 that says each name once")
	errNotRequest = errors.New("the body is not a GraphQL request: a JSON object with query (a string), operationName (a string), variables and extensions (objects), and nothing else")
)

// readParams reads a request from its body, strictly: one JSON object in UTF-8, with the members that GraphQL over
// HTTP names and no others, each once. Numbers keep their digits.
func readParams(body []byte) (params *graphql.RawParams, variablesSize int, refusal *requestError) {
	reader := bodyReader{decoder: jsontext.NewDecoder(bytes.NewBuffer(body)), left: bodyValues}
	if reader.decoder.PeekKind() == '[' {
		return nil, 0, refuseRequest(codeBatch, "Batches are not answered: send each operation by itself.")
	}
	params, err := reader.request()
	var syntactic *jsontext.SyntacticError
	switch {
	case err == nil:
		return params, reader.variablesSize, nil
	case errors.As(err, &refusal):
	case errors.As(err, &syntactic), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		refusal = refuseRequest(codeBadRequest, sentence(errNotJSON))
	default:
		refusal = refuseRequest(codeBadRequest, sentence(errNotRequest))
	}
	return nil, 0, refusal
}

// bodyReader builds what encoding/json would, but counts, and refuses what the decoder lets pass.
type bodyReader struct {
	decoder       *jsontext.Decoder
	left          int // values that may still come
	variablesSize int
}

func (b *bodyReader) request() (*graphql.RawParams, error) {
	if token, err := b.decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return nil, errors.Join(err, errNotRequest)
	}
	var params graphql.RawParams
	asked := false
	for b.decoder.PeekKind() != '}' {
		name, err := b.decoder.ReadToken()
		if err != nil {
			return nil, err
		}
		// A token lasts until the next one is read.
		switch name.String() {
		case "query":
			asked = b.decoder.PeekKind() != 'n'
			err = member(b, &params.Query)
		case "operationName":
			err = member(b, &params.OperationName)
		case "variables":
			from := b.decoder.InputOffset()
			err = member(b, &params.Variables)
			b.variablesSize = int(b.decoder.InputOffset() - from)
		case "extensions":
			err = member(b, &params.Extensions)
		default:
			err = errNotRequest
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := b.decoder.ReadToken(); err != nil {
		return nil, err
	}
	if _, err := b.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	if !asked && params.Extensions["persistedQuery"] == nil {
		return nil, errNotRequest
	}
	return &params, nil
}

// member reads a value of the one type it may have, or null.
func member[T any](b *bodyReader, target *T) error {
	value, err := b.value()
	if err != nil || value == nil {
		return err
	}
	typed, ok := value.(T)
	if !ok {
		return errNotRequest
	}
	*target = typed
	return nil
}

func (b *bodyReader) value() (any, error) {
	if err := b.take(1); err != nil {
		return nil, err
	}
	token, err := b.decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	if b.decoder.StackDepth() > bodyDepth {
		return nil, refuseLimit(codeTooDeep, "The body is nested deeper than is read", bodyDepth)
	}
	switch token.Kind() {
	case '{':
		return b.object()
	case '[':
		return b.list()
	case '"':
		return token.String(), nil
	case '0':
		return json.Number(token.String()), nil
	case 'n':
		return nil, nil
	default:
		return token.Bool(), nil
	}
}

func (b *bodyReader) take(values int) error {
	if b.left -= values; b.left < 0 {
		return refuseLimit(codeBodyTooLarge, "The body has more values than are read", bodyValues)
	}
	return nil
}

func (b *bodyReader) object() (any, error) {
	if err := b.take(objectValues - 1); err != nil {
		return nil, err
	}
	object := map[string]any{}
	for b.decoder.PeekKind() != '}' {
		token, err := b.decoder.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String()
		if object[name], err = b.value(); err != nil {
			return nil, err
		}
	}
	_, err := b.decoder.ReadToken()
	return object, err
}

func (b *bodyReader) list() (any, error) {
	list := []any{}
	for b.decoder.PeekKind() != ']' {
		value, err := b.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := b.decoder.ReadToken()
	return list, err
}

// readObject reads a JSON object from a parameter of the address, as strictly as from a body. It is nil for "" and null.
func readObject(text string) (map[string]any, error) {
	if text == "" {
		return nil, nil
	}
	reader := bodyReader{decoder: jsontext.NewDecoder(strings.NewReader(text)), left: bodyValues}
	var object map[string]any
	if err := member(&reader, &object); err != nil {
		return nil, err
	}
	if _, err := reader.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	return object, nil
}

func sentence(err error) string {
	return strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
}
