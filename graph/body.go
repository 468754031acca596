package graph

import (
	stdjson "encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	errNotJSON    = errors.New("the body is not JSON in UTF-8 that says each name once")
	errNotRequest = errors.New("the body is not a GraphQL request: a JSON object with query (a string), operationName (a string), variables and extensions (objects), and nothing else")
)

// requestBody has the members that GraphQL over HTTP names.
type requestBody struct {
	Query         *string        `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     variables      `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

// variables knows how many bytes of JSON it was read from.
type variables struct {
	values map[string]any
	size   int
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (v *variables) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	from := decoder.InputOffset()
	err := json.UnmarshalDecode(decoder, &v.values)
	v.size = int(decoder.InputOffset() - from)
	return err
}

// strict is how requests are read: names as they are written, each once, and no others; numbers with their digits.
var strict = json.JoinOptions(json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFromFunc(
	func(decoder *jsontext.Decoder, value *any) error {
		if decoder.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		number, err := decoder.ReadToken()
		if err == nil {
			*value = stdjson.Number(number.String())
		}
		return err
	})))

// readParams reads a request from its body.
func readParams(body []byte) (params *graphql.RawParams, variablesSize int, refusal *requestError) {
	if strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n"), "[") {
		return nil, 0, refuseRequest(codeBatch, "Batches are not answered: send each operation by itself.")
	}
	if refusal := measureJSON(body); refusal != nil {
		return nil, 0, refusal
	}
	var request requestBody
	err := json.Unmarshal(body, &request, strict)
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, refuseRequest(codeBadRequest, sentence(errNotJSON))
	case err != nil, request.Query == nil && request.Extensions["persistedQuery"] == nil:
		return nil, 0, refuseRequest(codeBadRequest, sentence(errNotRequest))
	}
	params = &graphql.RawParams{OperationName: request.OperationName, Variables: request.Variables.values, Extensions: request.Extensions}
	if request.Query != nil {
		params.Query = *request.Query
	}
	return params, request.Variables.size, nil
}

// measureJSON refuses JSON with more values, or deeper ones, than are read. It makes nothing of them, so that refusing is
// cheap. What is not JSON is for the decoder to refuse.
func measureJSON(text []byte) *requestError {
	values, depth := 1-objectValues, 0 // the outermost object is free
	last := byte(0)                    // that is no space
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{':
			depth++
			values += objectValues - 1
		case '[':
			depth++
		case ',':
			values++
		case '}', ']':
			depth--
			if last != '{' && last != '[' { // it was not empty
				values++
			}
		}
		switch {
		case depth > bodyDepth:
			return refuseLimit(codeTooDeep, "The body is nested deeper than is read", bodyDepth)
		case values > bodyValues:
			return refuseLimit(codeBodyTooLarge, "The body has more values than are read", bodyValues)
		}
		last = c
	}
	return nil
}

// readObject reads a JSON object from a parameter of the address, as strictly as from a body. It is nil for "" and null.
func readObject(text string) (object map[string]any, err error) {
	if text == "" {
		return nil, nil
	}
	if refusal := measureJSON([]byte(text)); refusal != nil {
		return nil, refusal
	}
	return object, json.Unmarshal([]byte(text), &object, strict)
}

func sentence(err error) string {
	return strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
}
