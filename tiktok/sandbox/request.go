package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/handback/handback/standin"
)

const (
	maxRequest = 1 << 20 // bytes
	maxBehind  = 5 * time.Minute
	maxAhead   = 30 * time.Second
)

// answer is what all answers share.
type answer struct {
	Code      int    `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
	Data      any    `json:"data,omitempty"`
}

// Exchange is a call over the API with its answer, for a check of both. It holds no token.
type Exchange struct {
	Operation string            `json:"operation"`
	Method    string            `json:"method"`
	Path      string            `json:"path"`
	Query     url.Values        `json:"query"`
	Headers   []string          `json:"headers"` // their names
	Body      string            `json:"body,omitempty"`
	Fault     standin.FaultKind `json:"fault,omitempty"`
	Status    int               `json:"status"`
	Answer    json.RawMessage   `json:"answer"`
}

// operation is a call that the API has.
type operation struct {
	name     string
	pattern  string
	write    bool
	shopless bool // for a seller; the cipher of a shop is refused
	serve    func(*call) (data any, refused *problem)
}

// call is a call that passed all checks.
type call struct {
	*Sandbox

	request       *http.Request
	query         url.Values
	body          []byte
	now           time.Time
	authorization *authorization
	shop          *shop  // nil when the operation is for a seller
	target        string // what the call is about, other than a shop
}

// decode reads the body, which may be none.
func (c *call) decode(into any) *problem {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.DisallowUnknownFields()
	if decoder.Decode(into) != nil {
		return refuse(codeBody, "Invalid body")
	}
	return nil
}

func (s *Sandbox) serveOperation(o operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			standin.WriteJSON(w, http.StatusBadRequest, answer{Code: codeBody, Message: "Invalid body"})
			return
		}
		fault := s.options.Log.TakeFault(platform, o.name, o.write)
		fault.Delay(r.Context(), s.options.SlowDelay)
		s.mu.Lock()
		status, text := s.carryOut(o, r, body, fault)
		s.mu.Unlock()
		if fault == standin.CutBefore {
			panic(http.ErrAbortHandler)
		}
		fault.Cut()
		standin.WriteBody(w, status, text)
	}
}

// carryOut does what a call asks for, unless a fault is in the way, and lists it.
func (s *Sandbox) carryOut(o operation, r *http.Request, body []byte, fault standin.FaultKind) (int, []byte) {
	c := &call{Sandbox: s, request: r, query: r.URL.Query(), body: body, now: s.options.Now()}
	s.advance(c.now)
	listed := &standin.Call{Operation: o.name, Outcome: standin.OutcomeOK}
	var data any
	refused := faultProblem(fault)
	if refused == nil {
		refused = c.check(o)
	}
	if refused == nil {
		data, refused = o.serve(c)
	}
	listed.Target = c.targetOf()
	status, text := s.write(listed, data, refused, fault)
	s.record(o, c, fault, status, text)
	return status, text
}

// write lists a call, keeps what it changed, and encodes its answer.
func (s *Sandbox) write(listed *standin.Call, data any, refused *problem, fault standin.FaultKind) (int, []byte) {
	status, sent := http.StatusOK, answer{Message: "Success", Data: data}
	if refused != nil {
		status, sent = refused.status, answer{Code: refused.code, Message: refused.message}
		listed.Outcome = refused.outcome()
	}
	if fault != "" && fault != standin.Slow {
		listed.Outcome = string(fault)
	}
	sent.RequestID = strconv.FormatInt(s.options.Now().UnixNano(), 10)
	s.commit(listed)
	if s.reported != nil {
		status, sent = http.StatusInternalServerError, answer{Code: codeInternal, Message: "Internal error"}
	}
	return status, standin.Marshal(sent)
}

// faultProblem is what is answered instead of doing anything.
func faultProblem(fault standin.FaultKind) *problem {
	switch fault {
	case standin.Throttled:
		return refuse(codeRateLimited, "Too many requests")
	case standin.HTTP429:
		return &problem{http.StatusTooManyRequests, codeRateLimited, "Too many requests"}
	case standin.HTTP500, standin.CutBefore:
		return &problem{http.StatusInternalServerError, codeInternal, "Internal error"}
	case standin.Unauthorized:
		return refuse(codeTokenExpired, "Expired credentials")
	case standin.Refused:
		return refuse(codeRefused, "The sandbox was told to refuse this")
	}
	return nil
}

// check does what the platform does before every call.
func (c *call) check(o operation) *problem {
	options := c.options
	if c.query.Get("app_key") != options.AppKey {
		return invalid("app_key")
	}
	seconds, err := strconv.ParseInt(c.query.Get("timestamp"), 10, 64)
	at := time.Unix(seconds, 0)
	if err != nil || at.Before(c.now.Add(-maxBehind)) || at.After(c.now.Add(maxAhead)) {
		return invalid("timestamp")
	}
	if c.query.Get("sign") != signatureOf(options.AppSecret, c.request.URL.Path, c.query, c.body) {
		return refuse(codeSignature, "Invalid sign")
	}
	if !strings.HasPrefix(c.request.Header.Get("Content-Type"), "application/json") {
		return invalid("Content-Type")
	}
	token := c.request.Header.Get("X-Tts-Access-Token")
	if token == "" {
		return invalid("access_token")
	}
	c.authorization = c.world.authorizationOf(token, c.now)
	if c.authorization == nil {
		return refuse(codeTokenExpired, "Expired credentials")
	}
	return c.checkShop(o)
}

func (c *call) checkShop(o operation) *problem {
	cipher := c.query.Get("shop_cipher")
	if o.shopless {
		if c.query.Has("shop_cipher") {
			return invalid("shop_cipher")
		}
		return nil
	}
	found := c.world.shopByCipher(cipher)
	switch {
	case found == nil:
		return refuse(codeCipher, "Invalid shop_cipher")
	case !c.authorization.isFor(found.ID):
		return refuse(codeShopNotOfToken, "The access_token is not for this shop")
	case found.Status == statusDeactivated:
		return refuse(codeShopDeactivated, "The shop is deactivated")
	}
	c.shop = found
	return nil
}

func (c *call) targetOf() string {
	switch {
	case c.target != "":
		return c.target
	case c.shop != nil:
		return c.shop.Code
	case c.authorization != nil:
		return c.authorization.Seller
	}
	return ""
}

// record tells an exchange to who wants to know.
func (s *Sandbox) record(o operation, c *call, fault standin.FaultKind, status int, text []byte) {
	if s.options.Exchanges == nil {
		return
	}
	var headers []string
	for name := range c.request.Header {
		headers = append(headers, name)
	}
	line := standin.Marshal(Exchange{
		Operation: o.name, Method: c.request.Method, Path: c.request.URL.Path, Query: c.query, Headers: headers,
		Body: string(c.body), Fault: fault, Status: status, Answer: text,
	})
	if _, err := s.options.Exchanges.Write(append(line, '\n')); err != nil {
		s.reported = err
	}
}
