package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/handback/handback/bench/contender"
)

// server is a contender that runs.
type server struct {
	contender.Contender
	*contender.Process
	client  *fasthttp.HostClient
	startUp time.Duration // from the start of the process to its first answer
	idle    uint64        // bytes in memory after it
	stopped bool
	// bySession has it asked with session tokens about all stores.
	bySession bool
}

// build makes a contender.
func build(ctx context.Context, c contender.Contender) error {
	if c.Build == nil {
		return nil
	}
	return contender.Run(ctx, c.Folder, c.Env, c.Build...)
}

// start starts a contender and waits for its first answer, about the first store.
func start(ctx context.Context, c contender.Contender, databaseURL string, s *sessions) (*server, error) {
	port, err := contender.FreePort()
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	settings, err := filepath.Abs("../models/settings.json")
	if err != nil {
		return nil, err
	}
	run := &server{Contender: c, client: &fasthttp.HostClient{
		Addr: address, MaxConns: 512, ReadTimeout: 20 * time.Second, NoDefaultUserAgentHeader: true,
		RetryIfErr: func(*fasthttp.Request, int, error) (bool, bool) { return false, false },
	}}
	if _, err := s.tokensUpTo(first); err != nil { // so that it is not made while the time is taken
		return nil, err
	}
	env := append([]string{
		"DATABASE_URL=" + databaseURL, "ADDR=" + address, "HOST=127.0.0.1", "PORT=" + strconv.Itoa(port),
		"SHOPIFY_API_KEY=" + apiKey, "SHOPIFY_API_SECRET=" + apiSecret, "HANDBACK_KEYSET=" + keyset, "OPS_ADDR=127.0.0.1:0", "SANDBOX=" + s.sandbox(), "LEDGER_DAILY_MIB=1048576", "SETTINGS_JSON=" + settings,
	}, c.Env...)
	if run.Process, err = contender.Begin(c.Name, c.Folder, env, nil, c.Start...); err != nil {
		return nil, err
	}
	if err := run.awaitAnswer(ctx, s); err != nil {
		run.stop()
		return nil, err
	}
	return run, nil
}

// stop ends the process, once.
func (s *server) stop() {
	if !s.stopped {
		s.stopped = true
		s.Stop(syscall.SIGTERM)
	}
}

// templatesOf returns how the server is asked for operations.
func (s *server) templatesOf(operations []operation) (templates []template, err error) {
	templates = make([]template, len(operations))
	for i, o := range operations {
		if templates[i], err = o.template(s.Contender); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

func (s *server) awaitAnswer(ctx context.Context, of *sessions) (err error) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil && !s.Over(); time.Sleep(time.Millisecond) {
		if _, err = s.ask(ctx, of, operationOf("Accounts"), first); err == nil {
			s.startUp = time.Since(s.Started)
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%s does not come up: %s", s.Contender.Name, s.Said()), err, ctx.Err())
}

// settle waits a little and looks how much memory the server has when nobody asks.
func (s *server) settle() error {
	time.Sleep(time.Second)
	memory, err := s.Memory()
	s.idle = memory.Now
	return err
}

// ask returns the data of an answer, in the product's form.
func (s *server) ask(ctx context.Context, of *sessions, o operation, number int) (json.RawMessage, error) {
	t, err := o.template(s.Contender)
	if err != nil {
		return nil, err
	}
	data, err := s.post(ctx, of, number, t)
	if err != nil {
		return nil, fmt.Errorf("%s, %s of store %d: %w", s.Contender.Name, o.name, number, err)
	}
	if t.answer != nil {
		return t.answer(data)
	}
	return data, nil
}

func (s *server) post(ctx context.Context, of *sessions, number int, t template) (json.RawMessage, error) {
	tokens, err := of.credentials(s, number)
	if err != nil {
		return nil, err
	}
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	s.prepare(request)
	if err := s.send(ctx, request, response, tokens[number], t, number); err != nil {
		return nil, err
	}
	var answer struct{ Data, Errors json.RawMessage }
	if err := json.Unmarshal(response.Body(), &answer); err != nil || answer.Errors != nil {
		return nil, fmt.Errorf("%w: %s", err, response.Body())
	}
	return answer.Data, nil
}

// prepare sets what all requests have.
func (s *server) prepare(request *fasthttp.Request) {
	request.SetRequestURI("http://" + s.client.Addr + "/graphql")
	request.Header.SetMethod(fasthttp.MethodPost)
	request.Header.SetContentType("application/json")
	request.Header.Set(fasthttp.HeaderAccept, "application/json")
}

// errUnsuccessful is a response that is no success.
var errUnsuccessful = errors.New("unsuccessful response")

func (s *server) send(ctx context.Context, request *fasthttp.Request, response *fasthttp.Response, token []byte, t template, number int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if token != nil {
		request.Header.SetBytesV(fasthttp.HeaderAuthorization, token)
	}
	request.SetBodyRaw(t.bodyOf(number))
	if err := s.client.Do(request, response); err != nil {
		return err
	}
	if response.StatusCode() != fasthttp.StatusOK || !bytes.Contains(response.Body(), t.good) {
		return fmt.Errorf("%w: %d %.2000s", errUnsuccessful, response.StatusCode(), response.Body())
	}
	return nil
}
