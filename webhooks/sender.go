package webhooks

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/handback/handback/models"
)

// What is read of an answer at most, and for how long a connection is kept for the next event.
const (
	maxAnswerHeader = 16 << 10
	maxAnswerBody   = 4 << 10
	senderIdleTime  = 2 * time.Second
)

// Sender sends events to partners' endpoints, as Standard Webhooks has it.
type Sender struct {
	client     *http.Client
	local      bool
	answerTime time.Duration
	now        func() time.Time
}

// SenderOptions are what a Sender is made with. The zero values are for the program.
type SenderOptions struct {
	// Local is for the demo, which nobody but who is on this machine can use: receivers may be on it, too, and need no TLS.
	Local bool
	Now   func() time.Time
	// AnswerTime is for tests: models.WebhookAnswerTime when it is 0.
	AnswerTime time.Duration
	// Roots and Resolver are for tests: the system's when they are nil.
	Roots    *x509.CertPool
	Resolver *net.Resolver
}

// NewSender makes a sender. Proxies that the environment names are not used: what they connect to cannot be checked.
func NewSender(options SenderOptions) *Sender {
	s := &Sender{local: options.Local, now: options.Now, answerTime: options.AnswerTime}
	if s.answerTime == 0 {
		s.answerTime = models.WebhookAnswerTime
	}
	dialer := &net.Dialer{Control: guard(options.Local), Resolver: options.Resolver}
	s.client = &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: options.Roots},
			MaxResponseHeaderBytes: maxAnswerHeader, DisableCompression: true, IdleConnTimeout: senderIdleTime,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// Send tries once to send an event to the endpoint of the work. An error says that the context has ended meanwhile, and nothing of the
// receiver.
func (s *Sender) Send(ctx context.Context, work *models.WebhookWork, event *models.UnsentEvent) (models.WebhookAnswer, error) {
	answer := models.WebhookAnswer{SentAt: s.now()}
	began := time.Now()
	within, cancel := context.WithTimeout(ctx, s.answerTime)
	defer cancel()
	request, problem := s.request(within, work, event, answer.SentAt)
	if problem == "" {
		s.do(request, &answer)
	} else {
		answer.Problem = problem
	}
	answer.Took = time.Since(began)
	if err := ctx.Err(); err != nil && answer.Status == 0 {
		return answer, err
	}
	return answer, nil
}

// do sends the request. What an answer says beside its status means nothing.
func (s *Sender) do(request *http.Request, answer *models.WebhookAnswer) {
	var insecure atomic.Bool
	response, err := s.client.Do(request.WithContext(withHandshake(request.Context(), &insecure)))
	if err != nil {
		answer.Problem = problemOf(err, insecure.Load())
		return
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswerBody)) // so that the connection can be used again
	answer.Status, answer.Problem = response.StatusCode, models.ProblemOfStatus(response.StatusCode)
	if response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable {
		answer.RetryAfter = s.retryAfter(response.Header.Get("Retry-After"))
	}
}

// retryAfter reads seconds or a date; 0 when it is neither.
func (s *Sender) retryAfter(header string) time.Duration {
	const longest = 24 * 60 * 60 // seconds
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(seconds, 0), longest)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(s.now()), 0)
	}
	return 0
}

func (s *Sender) request(ctx context.Context, work *models.WebhookWork, event *models.UnsentEvent, at time.Time) (*http.Request, models.WebhookProblem) {
	body, err := json.Marshal(newPayload(work, event))
	if err != nil {
		return nil, models.WebhookNotUnderstood
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, work.Endpoint.URL, bytes.NewReader(body))
	if err != nil || request.URL.Host == "" || request.URL.Scheme != "https" && (request.URL.Scheme != "http" || !s.local) {
		return nil, models.WebhookNotUnderstood
	}
	signatures := sign(work.Secrets, event.ID(), at, body)
	if len(signatures) == 0 {
		return nil, models.WebhookNoSecret
	}
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"Handback"},
		http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookID):        {event.ID()},
		http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookTimestamp): {strconv.FormatInt(at.Unix(), 10)},
		http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookSignature): {strings.Join(signatures, " ")},
	}
	return request, ""
}

// sign has each secret sign: receivers may know but one of two.
func sign(secrets []models.Secret, id string, at time.Time, body []byte) (signatures []string) {
	for _, secret := range secrets {
		signer, err := standardwebhooks.NewWebhook(secret.Reveal())
		if err != nil {
			continue
		}
		if signature, err := signer.Sign(id, at, body); err == nil {
			signatures = append(signatures, signature)
		}
	}
	return signatures
}

// payload is the body of a request. But for the routes it is the same in every attempt.
type payload struct {
	Type      models.EventTopic `json:"type"`
	Timestamp time.Time         `json:"timestamp"`
	Data      payloadData       `json:"data"`
}

// payloadData holds ids and where order work is done now. Values of settings and names of people are for who asks with a key.
type payloadData struct {
	ID              string         `json:"id"`
	StoreDomain     string         `json:"storeDomain"`
	AccountID       *string        `json:"accountId"`
	DisconnectionID *string        `json:"disconnectionId"`
	AuditEntryID    string         `json:"auditEntryId"`
	Routes          []payloadRoute `json:"routes"`
}

type payloadRoute struct {
	Task   models.OrderTask   `json:"task"`
	System models.OrderSystem `json:"system"`
	URL    *string            `json:"url"`
}

func newPayload(work *models.WebhookWork, event *models.UnsentEvent) payload {
	routes := make([]payloadRoute, len(work.Routes))
	for i, route := range work.Routes {
		routes[i] = payloadRoute{Task: route.Task, System: route.System, URL: route.URL}
	}
	return payload{
		Type: event.Topic, Timestamp: event.OccurredAt.UTC(),
		Data: payloadData{
			ID: event.ID(), StoreDomain: work.StoreDomain, AccountID: event.AccountID, DisconnectionID: event.DisconnectionID,
			AuditEntryID: event.AuditEntryID, Routes: routes,
		},
	}
}
