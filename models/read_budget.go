package models

import "context"

// ReadBudget bounds how much one call may hold in memory of what it reads, and counts what it reads.
type ReadBudget interface {
	// Consume takes as much out as was read; what is negative is given back. Its error ends the call.
	Consume(bytes int) error
	// Charge counts rows and bytes that were read and are no part of the answer. It takes nothing from what the answer may read.
	Charge(rows, bytes int)
	// Err says why nothing more may be read for the call at the moment, before it is; nil when something may.
	Err() error
}

// EventBudget is that of a subscriber, who takes one event after the other.
type EventBudget interface {
	ReadBudget
	// AwaitSent waits until so many events were sent on to the subscriber, and are no longer held. It reports false when ctx ends before.
	AwaitSent(ctx context.Context, events int) bool
}

type readBudgetKey struct{}

// WithReadBudget returns a context whose reads are paid for out of the budget; with nil they are free.
func WithReadBudget(ctx context.Context, budget ReadBudget) context.Context {
	return context.WithValue(ctx, readBudgetKey{}, budget)
}

// ReadBudgetFrom returns what WithReadBudget put in; nil when reads are free.
func ReadBudgetFrom(ctx context.Context) ReadBudget {
	budget, _ := ctx.Value(readBudgetKey{}).(ReadBudget)
	return budget
}

// MayRead says why nothing may be read with the context at the moment; nil when something may.
func MayRead(ctx context.Context) error {
	if budget := ReadBudgetFrom(ctx); budget != nil {
		return budget.Err()
	}
	return nil
}

// WithReadsOwed returns a context whose reads the budget of ctx bounds, and does not refuse for what is owed before them: for what goes on
// with something that was done elsewhere and cannot be undone.
func WithReadsOwed(ctx context.Context) context.Context {
	budget := ReadBudgetFrom(ctx)
	if budget == nil {
		return ctx
	}
	return WithReadBudget(ctx, owedReads{budget})
}

// owedReads are a budget that refuses nothing beforehand.
type owedReads struct{ ReadBudget }

// Err implements ReadBudget.
func (owedReads) Err() error { return nil }

// WithChargedReads returns a context whose reads are counted by the budget of ctx and not bounded by it.
func WithChargedReads(ctx context.Context) context.Context {
	budget := ReadBudgetFrom(ctx)
	if budget == nil {
		return ctx
	}
	return WithReadBudget(ctx, chargedReads{budget})
}

// chargedReads are a budget that is never used up.
type chargedReads struct{ ReadBudget }

// Consume implements ReadBudget.
func (c chargedReads) Consume(bytes int) error {
	c.Charge(1, bytes)
	return nil
}
