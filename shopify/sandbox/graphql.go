package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/handback/handback/standin"
)

const maxRequest = 4 << 20 // bytes

var apiVersion = regexp.MustCompile(`^(20\d\d-(01|04|07|10)|unstable)$`)

// request is a call over GraphQL.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`

	document  *ast.QueryDocument
	operation *ast.OperationDefinition
	syntax    []*graphQLError
}

// response is an answer to it.
type response struct {
	Data       *result         `json:"data,omitempty"`
	Errors     []*graphQLError `json:"errors,omitempty"`
	Extensions *costExtension  `json:"extensions,omitempty"`
}

// Exchange is a call over GraphQL with its answer, for a check of both.
type Exchange struct {
	Operation string          `json:"operation"`
	Query     string          `json:"query"`
	Variables map[string]any  `json:"variables,omitempty"`
	Merchant  bool            `json:"merchant,omitempty"` // made by who plays the merchant, not by the product
	Fault     FaultKind       `json:"fault,omitempty"`
	Answer    json.RawMessage `json:"answer"`
}

func readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	q := &request{}
	if err := json.Unmarshal(text, q); err != nil {
		return nil, err
	}
	if q.Query == "" {
		return nil, errors.New("there is no query")
	}
	q.parse()
	return q, nil
}

// parse finds the operation, or says what is wrong with the text.
func (q *request) parse() {
	document, err := parser.ParseQuery(&ast.Source{Input: q.Query})
	if err != nil {
		e := &graphQLError{Message: err.Error()}
		if known, ok := errors.AsType[*gqlerror.Error](err); ok && len(known.Locations) > 0 {
			e.Message = known.Message
			e.Locations = []location2D{{known.Locations[0].Line, known.Locations[0].Column}}
		}
		q.syntax = []*graphQLError{e}
		return
	}
	q.document, q.operation = document, document.Operations.ForName(q.OperationName)
	if q.operation == nil {
		q.syntax = []*graphQLError{{Message: "No operation named \"" + q.OperationName + "\""}}
	}
}

func (q *request) name() string {
	if q.operation == nil {
		return q.OperationName
	}
	return cmp.Or(q.operation.Name, q.OperationName)
}

// target is what the operation's first field is about.
func (q *request) target() string {
	if q.operation == nil {
		return ""
	}
	f, ok := q.operation.SelectionSet[0].(*ast.Field)
	if !ok {
		return ""
	}
	variables, _ := variablesOf(q.operation, q.Variables)
	return argumentsOf(f, variables).target()
}

func (q *request) isMutation() bool {
	return q.operation != nil && q.operation.Operation == ast.Mutation
}

// serveGraphQL answers the product.
func (s *Sandbox) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	q, err := readRequest(w, r)
	if !apiVersion.MatchString(r.PathValue("version")) {
		standin.WriteJSON(w, http.StatusNotFound, map[string]string{"errors": "Not Found"})
		return
	}
	if err != nil {
		standin.WriteJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]string{"query": "Required parameter missing or invalid"}})
		return
	}
	call := &Call{Operation: q.name(), Target: q.target()}
	fault, ok := s.begin(w, r, q, call, q.isMutation())
	if !ok {
		return
	}
	s.mu.Lock()
	world, status, answer := s.answer(r, q, call, fault)
	text := standin.Marshal(answer)
	s.finish(world, call, fault)
	if s.reported != nil {
		status, text = http.StatusInternalServerError, []byte(`{"errors":"Internal Server Error"}`)
	}
	s.record(q, status, fault, text, false)
	s.mu.Unlock()
	fault.Cut()
	w.Header().Set("X-Shopify-Api-Version", r.PathValue("version"))
	standin.WriteBody(w, status, text)
}

// answer carries out the operation, when the token lets it in and there are points enough.
func (s *Sandbox) answer(r *http.Request, q *request, call *Call, fault FaultKind) (*world, int, any) {
	world := s.worlds[shopOf(r)]
	now := s.options.Now()
	if world == nil || !world.letsIn(r.Header.Get("X-Shopify-Access-Token"), now) {
		call.Outcome = string(Unauthorized)
		return world, http.StatusUnauthorized, unauthorizedAnswer
	}
	s.advance(world, now)
	e := &execution{sandbox: s, world: world, scopes: world.scopes(), now: now, origin: origin(r), refuse: fault == Refused}
	points := s.bucket(world.Shop.Domain)
	answer := e.answer(q, points)
	call.Outcome = e.outcome(answer)
	return world, http.StatusOK, answer
}

var unauthorizedAnswer = map[string]string{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}

// answer checks, charges and runs an operation. points is nil when nothing is charged.
func (e *execution) answer(q *request, points *bucket) response {
	if q.syntax != nil {
		return response{Errors: q.syntax}
	}
	variables, problems := variablesOf(q.operation, q.Variables)
	if len(problems) > 0 {
		return response{Errors: problems}
	}
	e.document, e.variables = q.document, variables
	c := check{types: e.sandbox.types, document: q.document, variables: variables}
	if c.operation(q.operation); len(c.errors) > 0 {
		return response{Errors: c.errors}
	}
	if points == nil {
		points = newBucket(restoreRate, e.now)
	}
	if !points.take(e.now, c.cost) {
		return response{Errors: []*graphQLError{throttledError()}, Extensions: points.extension(c.cost, nil)}
	}
	data := e.run(q.operation)
	points.refund(e.unused)
	actual := c.cost - e.unused
	return response{Data: data, Errors: e.errors, Extensions: points.extension(c.cost, &actual)}
}

func (e *execution) outcome(answer response) string {
	if len(answer.Errors) > 0 {
		if code, ok := answer.Errors[0].Extensions["code"].(string); ok {
			return code
		}
		return OutcomeInvalid
	}
	if e.refused {
		return OutcomeUserError
	}
	return OutcomeOK
}

// begin makes a call fail when a fault says that nothing is to be done. It reports whether the call goes on.
func (s *Sandbox) begin(w http.ResponseWriter, r *http.Request, q *request, call *Call, mutation bool) (FaultKind, bool) {
	s.mu.Lock()
	fault := s.options.Log.TakeFault(platform, call.Operation, mutation)
	if !fault.EndsCall() {
		s.mu.Unlock()
		fault.Delay(r.Context(), s.options.SlowDelay)
		return fault, true
	}
	call.Outcome = string(fault)
	s.finish(nil, call, fault)
	status, text := s.faultAnswer(fault, shopOf(r))
	if q != nil {
		s.record(q, status, fault, text, false)
	}
	s.mu.Unlock()
	if fault == CutBefore {
		panic(http.ErrAbortHandler)
	}
	if fault == HTTP429 {
		w.Header().Set("Retry-After", "1.0")
	}
	standin.WriteBody(w, status, text)
	return fault, false
}

// faultAnswer is what is answered instead. A call that is throttled on demand finds an empty bucket.
func (s *Sandbox) faultAnswer(fault FaultKind, shop string) (int, []byte) {
	status, answer := http.StatusInternalServerError, any(map[string]string{"errors": "Internal Server Error"})
	switch fault {
	case Throttled:
		points := s.bucket(shop)
		points.refill(s.options.Now())
		points.available = min(points.available, mutationCost/2)
		status, answer = http.StatusOK, response{Errors: []*graphQLError{throttledError()}, Extensions: points.extension(mutationCost, nil)}
	case HTTP429:
		status, answer = http.StatusTooManyRequests, map[string]string{"errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."}
	case Unauthorized:
		status, answer = http.StatusUnauthorized, unauthorizedAnswer
	}
	text := standin.Marshal(answer)
	return status, text
}

// finish lists a call and writes what it changed.
func (s *Sandbox) finish(w *world, call *Call, fault FaultKind) {
	if fault == CutAfter {
		call.Outcome = string(CutAfter)
	}
	if w == nil {
		w = newWorld("")
	}
	s.commit(w, call)
}

// record tells an exchange to who wants to know. One that was not answered by GraphQL is no exchange.
func (s *Sandbox) record(q *request, status int, fault FaultKind, answer []byte, merchant bool) {
	if s.options.Exchanges == nil || status != http.StatusOK {
		return
	}
	line, err := json.Marshal(Exchange{Operation: q.name(), Query: q.Query, Variables: q.Variables, Merchant: merchant, Fault: fault, Answer: answer})
	if err == nil {
		_, err = s.options.Exchanges.Write(append(line, '\n'))
	}
	if err != nil {
		s.reported = err
	}
}

// serveMerchant answers who plays the merchant: everything is allowed, nothing is charged, no fault applies, and the
// call is not listed.
func (s *Sandbox) serveMerchant(w http.ResponseWriter, r *http.Request) {
	q, err := readRequest(w, r)
	if err != nil {
		standin.WriteJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]string{"query": "Required parameter missing or invalid"}})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	world := s.world(cmp.Or(r.Header.Get("X-Sandbox-Shop"), s.options.Shop))
	e := &execution{sandbox: s, world: world, now: s.options.Now(), origin: origin(r)}
	text := standin.Marshal(e.answer(q, nil))
	s.commit(world, nil)
	s.record(q, http.StatusOK, "", text, true)
	standin.WriteBody(w, http.StatusOK, text)
}
