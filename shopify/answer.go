package shopify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/handback/handback/models"
	"github.com/handback/handback/platform"
)

const maxAnswer = 8 << 20 // bytes; a page of 250 entries is far smaller

func encodeRequest(operation string, variables map[string]any) ([]byte, error) {
	return json.Marshal(struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables,omitempty"`
	}{operationText(operation), operation, variables}, json.Deterministic(true))
}

// send sends an operation once and decodes its data.
func (c *Client) send(ctx context.Context, store, operation, token string, body []byte, into any) (*cost, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	address := c.endpoint(store) + "/admin/api/" + APIVersion + "/graphql.json"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, unexpected(operation, "make request", platform.WithoutURL(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Shopify-Access-Token", token)
	text, err := exchange(c.http, request, operation)
	if err != nil {
		return nil, err
	}
	return decodeAnswer(operation, text, into)
}

// exchange sends a request and returns the body of an answer with status 200.
func exchange(client *http.Client, request *http.Request, operation string) ([]byte, error) {
	response, err := platform.Do(client, request, "Shopify", operation)
	if err != nil {
		return nil, networkError(operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := readBounded(response.Body)
	if errors.Is(err, errTooLarge) {
		return nil, unexpected(operation, "", err)
	}
	if err != nil && response.StatusCode == http.StatusOK {
		return nil, networkError(operation, err)
	}
	return text, statusError(operation, response, text)
}

var errTooLarge = errors.New("the answer is larger than any expected one")

func readBounded(body io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if len(text) > maxAnswer {
		return nil, errTooLarge
	}
	return text, err
}

// statusError makes an error of every status but 200.
func statusError(operation string, response *http.Response, text []byte) error {
	status := response.StatusCode
	if status == http.StatusOK {
		return nil
	}
	failed := &Error{Kind: Protocol, Operation: operation, Status: status, detail: plainDetail(text)}
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusLocked:
		failed.Kind = AccessLost
	case http.StatusTooManyRequests:
		failed.Kind, failed.throttled = Unavailable, true
		failed.RetryAfter = platform.RetryAfter(response.Header.Get("Retry-After"))
	case http.StatusRequestTimeout, 430: // 430 is Shopify's own: too many requests at a time
		failed.Kind = Unavailable
	}
	if status >= http.StatusInternalServerError {
		failed.Kind = Unavailable
		failed.RetryAfter = platform.RetryAfter(response.Header.Get("Retry-After"))
	}
	return failed
}

// plainDetail is what an answer says in {"errors":"…"}; pages of HTML say nothing.
func plainDetail(text []byte) string {
	var answer struct {
		Errors jsontext.Value `json:"errors"`
	}
	if json.Unmarshal(text, &answer) != nil {
		return ""
	}
	var sentence string
	if json.Unmarshal(answer.Errors, &sentence) != nil {
		return ""
	}
	return shorten(sentence)
}

// decodeAnswer reads data with exactly the members that were asked for.
func decodeAnswer(operation string, text []byte, into any) (*cost, error) {
	var answer struct {
		Data       jsontext.Value `json:"data"`
		Errors     []graphQLError `json:"errors"`
		Extensions struct {
			Cost *cost `json:"cost"`
		} `json:"extensions"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, unexpected(operation, "read answer", err)
	}
	price := answer.Extensions.Cost
	if len(answer.Errors) > 0 {
		return price, fault(operation, answer.Errors)
	}
	if len(answer.Data) == 0 || answer.Data.Kind() == 'n' {
		return price, unexpected(operation, "the answer has no data", nil)
	}
	if err := json.Unmarshal(answer.Data, into, json.RejectUnknownMembers(true)); err != nil {
		return price, unexpected(operation, "read data", err)
	}
	return price, nil
}

// networkError makes an error of what the transport returned, without the address.
func networkError(operation string, err error) error {
	err = platform.WithoutURL(err)
	if _, forbidden := errors.AsType[*platform.ForbiddenHostError](err); forbidden {
		return unexpected(operation, "", err)
	}
	return &Error{Kind: Unavailable, Operation: operation, cause: err}
}

func isUnauthorized(err error) bool {
	failed, ok := errors.AsType[*Error](err)
	return ok && failed.Status == http.StatusUnauthorized
}

// tokenError gives an error of the token source the operation; one of this package says enough.
func tokenError(operation string, err error) error {
	if KindOf(err) != "" {
		return err
	}
	kind := Unavailable
	if errors.Is(err, models.ErrAccessLost) {
		kind = AccessLost // asking again would not help
	}
	return &Error{Kind: kind, Operation: operation, detail: "no token", cause: err}
}

// redact removes secrets from what Shopify said, should it ever repeat them.
func redact(err error, secrets ...string) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	for _, secret := range secrets {
		if secret != "" {
			failed.detail = strings.ReplaceAll(failed.detail, secret, "[redacted]")
			failed.Code = strings.ReplaceAll(failed.Code, secret, "[redacted]")
		}
	}
	return err
}
