package dbtest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Proxy is a way to a PostgreSQL server that breaks on demand. It knows as much of the protocol as it takes to tell
// round trips apart: a round trip is a request, forwarded whole, and everything the server says to it, forwarded
// whole once it says that it is ready again. Starting a session is the first round trip of its connection. The
// client must use neither TLS nor pipelines. What processes tell each other of events counts as no round trip: it comes at any time.
type Proxy struct {
	listener net.Listener
	url      string
	relays   sync.WaitGroup

	mu        sync.Mutex
	server    string // where new connections go
	links     map[*link]bool
	trips     int
	due       func(trip int, request string) bool
	writing   string // what must have been sent over the same connection before
	moment    Moment
	do        func()
	fired     string
	delay     time.Duration
	silent    bool
	swallowed int // round trips over lost connections
	refuse    bool
}

// Moment is a point of a round trip.
type Moment int

// The moments.
const (
	BeforeRequest Moment = iota // the server has not heard of it
	AfterAnswer                 // the server has done it, and the client has not heard of that
)

// link is one connection through the proxy.
type link struct {
	client, server net.Conn
	closed         bool   // maybe before the server was reached
	lost           bool   // swallows what it is sent, for ever
	events         bool   // the one that processes tell each other of events over, whose round trips do not count
	wrote          bool   // what WhenCommitted waits for
	answered       func() // called before the next answer is forwarded
}

// NewProxy opens a way to the server of the URL for the length of a test.
func NewProxy(tb testing.TB, databaseURL string) *Proxy {
	tb.Helper()
	address, err := url.Parse(databaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: listener, server: address.Host, links: map[*link]bool{}}
	address.Host = listener.Addr().String()
	p.url = address.String()
	p.relays.Go(p.accept)
	tb.Cleanup(func() {
		listener.Close()
		p.RejectConnections()
		p.relays.Wait()
	})
	return p
}

// IsCommit tells the request of a commit, for When.
func IsCommit(_ int, request string) bool {
	return strings.HasPrefix(request, "Q") && strings.HasSuffix(request, "commit\x00")
}

// URL returns the database's address by way of the proxy.
func (p *Proxy) URL() string { return p.url }

// At arms the proxy: do is called once, in the k-th round trip from now on, counted over all connections. The round
// trip waits for it.
func (p *Proxy) At(k int, moment Moment, do func()) {
	p.When(func(trip int, _ string) bool { return trip == k }, moment, do)
}

// When is At for the first round trip that is due, by its number and its request.
func (p *Proxy) When(due func(trip int, request string) bool, moment Moment, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trips, p.due, p.moment, p.do, p.fired, p.writing = 0, due, moment, do, "", ""
}

// WhenCommitted is When for the first commit of a transaction that has sent such a statement; others are committed meanwhile.
func (p *Proxy) WhenCommitted(writing string, moment Moment, do func()) {
	p.When(IsCommit, moment, do)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writing = writing
}

// Fired returns the request of the round trip that At or When waited for, "" when it has not come.
func (p *Proxy) Fired() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fired
}

// Cut closes every connection, on both sides. New ones are let through.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.close()
	}
}

// BlackHole swallows what is sent from now on, and closes nothing, as a network that went away does. The
// connections there are stay lost for ever; those made before Heal get no answer either.
func (p *Proxy) BlackHole() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = true
	for l := range p.links {
		l.lost = true
	}
}

// Swallowed returns how many round trips were begun over connections that are lost.
func (p *Proxy) Swallowed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.swallowed
}

// Lead makes new connections go to the server of the URL. Those there are stay where they are.
func (p *Proxy) Lead(tb testing.TB, databaseURL string) {
	tb.Helper()
	address, err := url.Parse(databaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = address.Host
}

// Delay makes every answer come later.
func (p *Proxy) Delay(by time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = by
}

// RejectConnections cuts every connection and accepts no more.
func (p *Proxy) RejectConnections() {
	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	p.Cut()
}

// Heal lets everything through again that is sent on new connections, and disarms.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due, p.delay, p.silent, p.refuse = nil, 0, false, false
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.relays.Go(func() { p.connect(client) })
	}
}

func (p *Proxy) connect(client net.Conn) {
	p.mu.Lock()
	l := &link{client: client, lost: p.silent}
	refuse, address := p.refuse, p.server
	p.links[l] = true
	p.mu.Unlock()
	defer p.forget(l)
	if refuse {
		_ = client.(*net.TCPConn).SetLinger(0) // reset, as a port where nobody listens does
		return
	}
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	p.mu.Lock()
	if l.server = server; l.closed {
		server.Close()
	}
	p.mu.Unlock()
	var ends sync.WaitGroup
	ends.Go(func() { p.relay(l, client, server, p.request) })
	ends.Go(func() { p.relay(l, server, client, p.answer) })
	ends.Wait()
}

func (p *Proxy) forget(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.close()
	delete(p.links, l)
}

func (l *link) close() {
	l.closed = true
	l.client.Close()
	if l.server != nil {
		l.server.Close()
	}
}

// relay forwards whole requests or whole answers. One end's leaving is told to the other unless the link is lost.
func (p *Proxy) relay(l *link, from, to net.Conn, next func(*link, *bufio.Reader, bool) ([]byte, error)) {
	source := bufio.NewReader(from)
	for first := true; ; first = false {
		batch, err := next(l, source, first)
		p.mu.Lock()
		lost := l.lost
		p.mu.Unlock()
		if lost {
			batch = nil
		}
		if _, failed := to.Write(batch); err == nil {
			err = failed
		}
		if err != nil {
			if !lost {
				to.Close()
			}
			return
		}
	}
}

// request reads what the client sends in one go, and counts it when the server has to answer.
func (p *Proxy) request(l *link, source *bufio.Reader, first bool) (batch []byte, err error) {
	for {
		kind, message, err := readMessage(source, first)
		batch = append(batch, message...)
		if err != nil {
			return batch, err
		}
		switch kind {
		case startSession, 'Q', 'S': // simple query, end of an extended one
			p.countTrip(l, string(batch))
			return batch, nil
		case cancelRequest, 'H', 'X', 'p': // flush, terminate, password
			return batch, nil
		}
	}
}

func (p *Proxy) countTrip(l *link, request string) {
	p.mu.Lock()
	if l.events = l.events || strings.Contains(request, " events\x00"); l.events {
		p.mu.Unlock()
		return
	}
	p.trips++
	if l.lost {
		p.swallowed++
	}
	var do func()
	l.wrote = l.wrote || p.writing != "" && strings.Contains(request, p.writing)
	if p.due != nil && (p.writing == "" || l.wrote) && p.due(p.trips, request) {
		p.due, p.fired, do = nil, request, p.do
	}
	if p.moment == AfterAnswer {
		l.answered, do = do, nil
	}
	p.mu.Unlock()
	if do != nil {
		do()
	}
}

// answer reads all that the server says until it is ready again, or wants something of the client.
func (p *Proxy) answer(l *link, source *bufio.Reader, _ bool) (batch []byte, err error) {
	for {
		kind, message, err := readMessage(source, false)
		batch = append(batch, message...)
		if err != nil || kind == 'R' { // authentication
			return batch, err
		}
		if kind == 'Z' { // ready
			break
		}
	}
	p.mu.Lock()
	do, delay := l.answered, p.delay
	l.answered = nil
	p.mu.Unlock()
	if do != nil {
		do()
	}
	time.Sleep(delay)
	return batch, nil
}

// Kinds of the messages that open a connection, which say no kind.
const (
	startSession  = 0
	cancelRequest = 1
)

func readMessage(source *bufio.Reader, first bool) (kind byte, message []byte, err error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if n, err := io.ReadFull(source, head); err != nil {
		return 0, head[:n], err
	}
	length := head[len(head)-4:]
	message = make([]byte, len(head)+int(binary.BigEndian.Uint32(length))-4)
	copy(message, head)
	n, err := io.ReadFull(source, message[len(head):])
	if err != nil {
		return 0, message[:len(head)+n], err
	}
	switch {
	case !first:
		kind = head[0]
	case binary.BigEndian.Uint32(message[4:]) == 80877102:
		kind = cancelRequest
	}
	return kind, message, nil
}
