package endpoint

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/handback/handback/models"
)

// costMeter measures what an operation costs while it is carried out, in points and in bytes. It bounds what is read
// for an answer, and how long that may be.
type costMeter struct {
	budget   share        // bytes that operations may hold
	step     int64        // in what the budget is taken for what is written
	query    bool         // is rejected when it turns out to be too much
	ofEvent  bool         // of a stream: fields are measured
	payer    *payer       // of what is used beyond the estimate; nil where that is paid when the operation is over
	drawn    atomic.Int64 // points that were taken from the payer, the estimate among them
	owing    atomic.Bool  // the payer owes as much as anybody may, so that no more is read
	points   atomic.Int64 // of the objects that were really given
	bytes    atomic.Int64 // of text that were read
	rows     atomic.Int64 // that were read and are no part of the answer
	memory   atomic.Int64 // bytes that what was read takes: its text, and rowBytes a row
	broken   atomic.Bool  // a part was broken off, so that what it took is not known
	held     atomic.Int64 // of the budget
	errors   atomic.Int64 // of fields that were to be told
	unsaid   atomic.Bool  // there was no room for one of them
	reported atomic.Int64 // fields that were left out because it was too much

	// Of the answer, when everything is resolved: how many bytes it has, how many of them are within the budget, whether the
	// budget was used up, and whether something is missing for any reason.
	written, reserved     int64
	overBudget, truncated bool

	mu sync.Mutex // for fields of events
}

// payer is who points are taken from.
type payer struct {
	limiter *rateLimiter
	caller  models.Caller
}

func (p *payer) draw(points int) bool { return p.limiter.draw(p.caller, points) }

// errOwing ends the reads of a caller who owes as much as anybody may.
var errOwing = fmt.Errorf("%w: the caller owes as many points as anybody may", models.ErrTryAgain)

var errTooCostly = errors.New("the operation has turned out to cost more points than are spent on one: ask for less of each element")

// exceeded reports whether a query has cost more than is spent on one.
func (m *costMeter) exceeded() bool {
	return m.points.Load() > maxQueryCost || m.readTooMuch()
}

func (m *costMeter) readTooMuch() bool { return m.memory.Load() > readBytes }

// total is what the operation has cost that was estimated at so many points: a point at the least. Nothing is given back of one that
// was broken off: the database may have worked all the time on what never came.
func (m *costMeter) total(estimate int) int {
	used := max(1, int(m.used()))
	if m.broken.Load() {
		return max(used, estimate)
	}
	return used
}

func (m *costMeter) used() int64 {
	return m.points.Load() + (m.bytes.Load()+m.written)/pointBytes + m.rows.Load()/rowsAPoint
}

// draw takes from the payer what is used beyond what was taken, in steps. It reports false when the payer owes as much as anybody may:
// without that, many operations that are in flight at once could use many times what there is to spend.
func (m *costMeter) draw() bool {
	if m.payer == nil {
		return true
	}
	for {
		used, drawn := m.used(), m.drawn.Load()
		if used < drawn+drawStep {
			return !m.owing.Load()
		}
		if m.drawn.CompareAndSwap(drawn, used) && !m.payer.draw(int(used-drawn)) {
			m.owing.Store(true)
		}
	}
}

// Err implements models.ReadBudget.
func (m *costMeter) Err() error {
	if m.payer != nil && !m.payer.draw(0) {
		m.owing.Store(true)
		return errOwing
	}
	return nil
}

// Consume implements models.ReadBudget. It is called for each row.
func (m *costMeter) Consume(bytes int) error {
	m.bytes.Add(int64(bytes))
	row := int64(bytes) + rowBytes
	switch {
	case m.memory.Add(row) > readBytes:
		return errTooCostly
	case !m.draw():
		return errOwing
	case !m.budget.tryAcquire(row):
		return fmt.Errorf("%w: too much is being read at the moment", models.ErrTryAgain)
	}
	m.held.Add(row)
	return nil
}

// Charge implements models.ReadBudget. What a mutation has read in order to write is paid for afterwards, whether it was refused or not.
func (m *costMeter) Charge(rows, bytes int) {
	m.rows.Add(int64(rows))
	m.bytes.Add(int64(bytes))
	m.draw() // whether anything is done does not depend on it
}

// mayWrite reports whether the answer may be so many bytes longer.
func (m *costMeter) mayWrite(bytes int) bool {
	if m.written > answerBytes || m.overBudget { // what is dropped costs nothing more
		return false
	}
	if m.written += int64(bytes); m.written > answerBytes {
		return false
	}
	if m.written > m.step && !m.draw() { // what a mutation did is told in short
		m.overBudget = true
		return false
	}
	for m.written > m.reserved {
		if !m.budget.tryAcquire(m.step) {
			m.overBudget = true
			return false
		}
		m.hold()
	}
	return true
}

// hold notes a step that was taken out of the budget for what is written.
func (m *costMeter) hold() {
	m.held.Add(m.step)
	m.reserved += m.step
}

// reserve waits until there is room for an event, which mostly needs no more than a step.
func (m *costMeter) reserve(ctx context.Context) bool {
	if m.budget.acquire(ctx, m.step) != nil {
		return false
	}
	m.hold()
	return true
}

// mayGive reports whether a field of an event may have the value. gqlgen writes events where they cannot be measured, but for what
// is written by a plan; and it resolves fields side by side.
func (m *costMeter) mayGive(alias string, given any) bool {
	bytes := len(alias) + len(`"":,`)
	if value := reflect.Indirect(reflect.ValueOf(given)); value.Kind() == reflect.String {
		bytes += value.Len()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.truncated = m.truncated || !m.mayWrite(bytes)
	return !m.truncated
}

// keep takes memory for as many bytes that are kept beside what was read and written. It reports whether there is any.
func (m *costMeter) keep(bytes int) bool {
	if !m.budget.tryAcquire(int64(bytes)) {
		return false
	}
	m.held.Add(int64(bytes))
	return true
}

// mayTell reports whether one more error of a field may be told. Each may have thousands of them, for arguments that are refused in each
// element of a list.
func (m *costMeter) mayTell() bool {
	if m.errors.Add(1) > maxErrors && m.Consume(errorBytes) != nil {
		m.unsaid.Store(true)
	}
	return !m.unsaid.Load()
}

// release gives the budget back. The answer is out.
func (m *costMeter) release() { m.budget.release(m.held.Swap(0)) }

func isTooCostly(err *gqlerror.Error) bool { return err.Extensions["code"] == codeTooCostly }
