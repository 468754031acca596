package tiktok

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/handback/handback/platform"
)

const maxAnswer = 8 << 20 // bytes; a page of 100 orders is far smaller

// request is a call of the API.
type request struct {
	operation string // what errors call it
	method    string
	endpoint  string // the path without what it is about, such as /logistics/202309/warehouses/{id}/delivery_options
	path      string // the endpoint when it is empty
	query     map[string]string
	body      any  // nil when there is none
	shopless  bool // the call is for a seller: TikTok refuses a shop's cipher
}

// send sends a request once, signed, and decodes its data.
func (c *Client) send(ctx context.Context, q request, access Access, into any) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	sent, err := c.newRequest(ctx, q, access)
	if err != nil {
		return err
	}
	data, err := exchange(c.http, sent, q.operation)
	if err != nil {
		return err
	}
	if len(data) == 0 || data.Kind() == 'n' {
		data = jsontext.Value("{}") // what is needed of it will be missed
	}
	if err := json.Unmarshal(data, into); err != nil {
		return unexpected(q.operation, "read data", redactedSyntax(err))
	}
	return nil
}

func (c *Client) newRequest(ctx context.Context, q request, access Access) (*http.Request, error) {
	var body []byte
	if q.body != nil {
		text, err := json.Marshal(q.body, json.Deterministic(true))
		if err != nil {
			return nil, unexpected(q.operation, "encode request", nil)
		}
		body = text
	}
	path := q.path
	if path == "" {
		path = q.endpoint
	}
	query := url.Values{"app_key": {c.appKey}, "timestamp": {strconv.FormatInt(c.now().Unix(), 10)}}
	for key, value := range q.query {
		query.Set(key, value)
	}
	if !q.shopless {
		if access.Cipher.IsEmpty() { // a cross-border seller would get another shop's data
			return nil, &Error{Kind: ShopMismatch, Operation: q.operation, detail: "no shop was chosen"}
		}
		query.Set("shop_cipher", access.Cipher.Reveal())
	}
	query.Set("sign", Sign(c.secret.Reveal(), path, query, body))
	address := c.origin + (&url.URL{Path: path, RawQuery: query.Encode()}).String()
	sent, err := http.NewRequestWithContext(ctx, q.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, unexpected(q.operation, "make request", platform.WithoutURL(err))
	}
	sent.Header.Set("Content-Type", "application/json")
	sent.Header.Set("X-Tts-Access-Token", access.Token.Reveal())
	return sent, nil
}

// exchange sends a request and returns the data of an answer with code 0.
func exchange(client *http.Client, request *http.Request, operation string) (jsontext.Value, error) {
	response, err := platform.Do(client, request, "TikTok", operation)
	if err != nil {
		return nil, networkError(operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if len(text) > maxAnswer {
		return nil, unexpected(operation, "the answer is larger than any expected one", nil)
	}
	if err != nil && response.StatusCode == http.StatusOK {
		return nil, networkError(operation, err)
	}
	return readAnswer(operation, response, text)
}

// readAnswer reads what all answers share. Errors come with status 200, 401, 429 and others, and those of a proxy without
// a code.
func readAnswer(operation string, response *http.Response, text []byte) (jsontext.Value, error) {
	var answer struct {
		Code      *int           `json:"code"`
		Message   string         `json:"message"`
		RequestID string         `json:"request_id"`
		Data      jsontext.Value `json:"data"`
	}
	known := json.Unmarshal(text, &answer) == nil && answer.Code != nil
	failed := &Error{Operation: operation, Status: response.StatusCode, RequestID: answer.RequestID}
	if known {
		failed.Code, failed.detail = *answer.Code, answer.Message
	}
	switch {
	case response.StatusCode == http.StatusOK && !known:
		return nil, unexpected(operation, "the answer has no code", nil) // and no error that may quote a token
	case response.StatusCode == http.StatusOK && failed.Code == 0:
		return answer.Data, nil
	}
	failed.Kind = kindOf(response.StatusCode, failed.Code, failed.detail)
	failed.RetryAfter = platform.RetryAfter(response.Header.Get("Retry-After"))
	return nil, failed
}

// networkError makes an error of what the transport returned, without the address.
func networkError(operation string, err error) error {
	err = platform.WithoutURL(err)
	if _, forbidden := errors.AsType[*platform.ForbiddenHostError](err); forbidden {
		return unexpected(operation, "", err)
	}
	return &Error{Kind: Unavailable, Operation: operation, cause: err}
}

// redactedSyntax says where data could not be read, but not what stands there: it may be a token or a person's name.
func redactedSyntax(err error) error {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return errors.New("unexpected type at " + string(semantic.JSONPointer))
	}
	if _, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return errors.New("no JSON")
	}
	return errors.New("unreadable")
}
