package endpoint

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// costMeter measures what an operation costs while it is carried out, in points and in bytes. It bounds what a query reads,
// and how long any answer may be.
type costMeter struct {
	budget   *semaphore.Weighted // bytes that all operations may hold
	query    bool                // is rejected when it turns out to be too much
	points   atomic.Int64        // of the objects that were really given
	bytes    atomic.Int64        // that were read
	held     atomic.Int64        // of the budget
	reported atomic.Int64        // fields that were left out because it was too much

	// Of the answer, when everything is resolved: how many bytes it has, how many of them are within the budget, whether the
	// budget was used up, and whether something is missing for any reason.
	written, reserved     int64
	overBudget, truncated bool
}

var errTooCostly = errors.New("the operation has turned out to cost more points than are spent on one: ask for less of each element")

// exceeded reports whether a query has cost more than is spent on one.
func (m *costMeter) exceeded() bool {
	return m.points.Load() > maxQueryCost || m.bytes.Load() > readBytes
}

// total is what the operation has cost: a point at the least.
func (m *costMeter) total() int {
	return max(1, int(m.points.Load()+(m.bytes.Load()+m.written)/pointBytes))
}

// Consume implements models.ReadBudget.
func (m *costMeter) Consume(bytes int) error {
	switch {
	case m.bytes.Add(int64(bytes)) > readBytes:
		return errTooCostly
	case !m.budget.TryAcquire(int64(bytes)):
		return fmt.Errorf("%w: too much is being read at the moment", models.ErrTryAgain)
	}
	m.held.Add(int64(bytes))
	return nil
}

// mayWrite reports whether the answer may be so many bytes longer.
func (m *costMeter) mayWrite(bytes int) bool {
	if m.written > answerBytes || m.overBudget { // what is dropped costs nothing more
		return false
	}
	if m.written += int64(bytes); m.written > answerBytes {
		return false
	}
	for m.written > m.reserved {
		if !m.budget.TryAcquire(answerStep) {
			m.overBudget = true
			return false
		}
		m.held.Add(answerStep)
		m.reserved += answerStep
	}
	return true
}

// release gives the budget back. The answer is out.
func (m *costMeter) release() { m.budget.Release(m.held.Swap(0)) }

// count is a field middleware. It adds up what fields give, and resolves no more of them when that is too much, but for
// those which say what a mutation did. Scalars cost nothing, and most fields are scalars.
func (p prices) count(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx).Field
	current := executionOf(ctx)
	if current == nil || len(field.Selections) == 0 {
		return next(ctx)
	}
	if current.exceeded() && len(graphql.GetPath(ctx)) > 2 {
		return nil, errTooCostly
	}
	given, err := next(ctx)
	if _, planned := given.(plannedValue); planned { // counts when it is encoded
		return given, err
	}
	if weight := p[field.Definition].weight; weight > 0 && given != nil {
		current.points.Add(int64(weight * objects(given)))
	}
	return given, err
}

// objects is how many objects a resolver has given.
func objects(given any) int {
	value := reflect.ValueOf(given)
	switch value.Kind() {
	case reflect.Slice:
		return value.Len()
	case reflect.Pointer, reflect.Interface, reflect.Map:
		if value.IsNil() {
			return 0
		}
	}
	return 1
}

// presentTooCostly presents errTooCostly for the first few fields, and leaves other errors to next.
func presentTooCostly(next graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if !errors.Is(err, errTooCostly) {
			return next(ctx, err)
		}
		if current := executionOf(ctx); current != nil && current.reported.Add(1) > maxErrors {
			return nil
		}
		return present(ctx, graphql.DefaultErrorPresenter(ctx, err), codeTooCostly, sentence(errTooCostly))
	}
}
