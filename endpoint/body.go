package endpoint

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"net/url"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	errNotJSON    = errors.New("the body is not JSON in UTF-8 that says each name once")
	errNotRequest = errors.New("the body is not a GraphQL request: a JSON object with query or documentId (a string), operationName (a string), variables and extensions (objects), and nothing else")
)

// requestBody has the members that GraphQL over HTTP names.
type requestBody struct {
	Query         *string    `json:"query"`
	DocumentID    *string    `json:"documentId"`
	OperationName string     `json:"operationName"`
	Variables     jsonObject `json:"variables"`
	Extensions    extensions `json:"extensions"`
}

// jsonObject is what encoding/json would make of an object, but numbers are json.Number. The package's own way of reading
// into an interface takes more memory where values are nested deep.
type jsonObject struct {
	members map[string]any // nil for null
	size    int            // bytes of JSON
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *jsonObject) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	from := decoder.InputOffset()
	value, err := readValue(decoder)
	members, isObject := value.(map[string]any)
	if err == nil && value != nil && !isObject {
		err = errNotRequest
	}
	o.members, o.size = members, int(decoder.InputOffset()-from)
	return err
}

// persistedQuery is the only extension that is used.
const persistedQuery = "persistedQuery"

// extensions are read as far as they are used: of what clients add for others nothing is made.
type extensions map[string]any

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (e *extensions) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	switch token, err := decoder.ReadToken(); {
	case err != nil:
		return err
	case token.Kind() == 'n':
		return nil
	case token.Kind() != '{':
		return errNotRequest
	}
	*e = extensions{}
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		if name.String() != persistedQuery {
			err = decoder.SkipValue()
		} else {
			(*e)[persistedQuery], err = readValue(decoder)
		}
		if err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

func readValue(decoder *jsontext.Decoder) (any, error) {
	token, err := decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '{':
		return readMembers(decoder)
	case '[':
		return readElements(decoder)
	case '"':
		return token.String(), nil
	case '0':
		return stdjson.Number(token.String()), nil
	case 'n':
		return nil, nil
	default:
		return token.Bool(), nil
	}
}

func readMembers(decoder *jsontext.Decoder) (any, error) {
	object := map[string]any{}
	for decoder.PeekKind() != '}' {
		token, err := decoder.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String()
		if object[name], err = readValue(decoder); err != nil {
			return nil, err
		}
	}
	_, err := decoder.ReadToken()
	return object, err
}

func readElements(decoder *jsontext.Decoder) (any, error) {
	list := []any{}
	for decoder.PeekKind() != ']' {
		value, err := readValue(decoder)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := decoder.ReadToken()
	return list, err
}

// readParams reads a request from its body.
func readParams(body []byte) (params *graphql.RawParams, variablesSize int, rejection *requestError) {
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return nil, 0, newRequestError(codeBatch, "Batches are not answered: send each operation by itself.")
	}
	var request requestBody
	err := json.Unmarshal(body, &request, json.RejectUnknownMembers(true))
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, newRequestError(codeBadRequest, sentence(errNotJSON))
	case err != nil, request.Query == nil && request.DocumentID == nil && request.Extensions[persistedQuery] == nil:
		return nil, 0, newRequestError(codeBadRequest, sentence(errNotRequest))
	}
	params = &graphql.RawParams{OperationName: request.OperationName, Variables: request.Variables.members, Extensions: request.Extensions}
	if request.Query != nil {
		params.Query = *request.Query
	}
	if request.DocumentID != nil {
		rejection = useDocumentID(params, *request.DocumentID, request.Query != nil)
	}
	return params, request.Variables.size, rejection
}

// measureJSON counts the values of JSON, and rejects it when there are more, or deeper ones, than are read. It makes nothing
// of them, so that rejecting is cheap. What is not JSON is for the decoder to reject.
func measureJSON(text []byte) (values int, rejection *requestError) {
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
			return values, limitError(codeTooDeep, "The body is nested deeper than is read", bodyDepth)
		case values > bodyValues:
			return values, limitError(codeBodyTooLarge, "The body has more values than are read", bodyValues)
		}
		last = c
	}
	return max(values, 0), nil
}

// readObject reads a JSON object from a parameter of the address, as strictly as from a body. It is nil for "" and null.
func readObject(text string) (object map[string]any, err error) {
	if text == "" {
		return nil, nil
	}
	if _, rejection := measureJSON([]byte(text)); rejection != nil {
		return nil, rejection
	}
	var read jsonObject
	err = json.Unmarshal([]byte(text), &read)
	return read.members, err
}

// readURL reads a request from the parameters of its address.
func readURL(address *url.URL) (params *graphql.RawParams, variablesSize int, rejection *requestError) {
	reject := func(message string) (*graphql.RawParams, int, *requestError) {
		return nil, 0, newRequestError(codeBadRequest, message)
	}
	values, err := url.ParseQuery(address.RawQuery)
	if err != nil || !utf8.ValidString(values.Get("query")) || !utf8.ValidString(values.Get("operationName")) {
		return reject("The address cannot be read: write its parameters in UTF-8, percent-encoded.")
	}
	for _, name := range []string{"query", "documentId", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return reject("The parameter " + name + " stands in the address more than once.")
		}
	}
	params = &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	if params.Variables, err = readObject(values.Get("variables")); err != nil {
		return reject("The parameter variables is not a JSON object.")
	}
	if params.Extensions, err = readObject(values.Get("extensions")); err != nil {
		return reject("The parameter extensions is not a JSON object.")
	}
	if values.Has("documentId") {
		rejection = useDocumentID(params, values.Get("documentId"), values.Has("query"))
	} else if params.Query == "" && params.Extensions[persistedQuery] == nil {
		return reject("The parameter query is missing.")
	}
	return params, len(values.Get("variables")), rejection
}
