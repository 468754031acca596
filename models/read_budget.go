package models

import "context"

// ReadBudget bounds how much one call may hold in memory of what it reads.
type ReadBudget interface {
	// Consume takes as much out as was read. Its error ends the call.
	Consume(bytes int) error
}

type readBudgetKey struct{}

// WithReadBudget returns a context whose reads are paid for out of the budget.
func WithReadBudget(ctx context.Context, budget ReadBudget) context.Context {
	return context.WithValue(ctx, readBudgetKey{}, budget)
}

// ReadBudgetFrom returns what WithReadBudget put in; nil when reads are free.
func ReadBudgetFrom(ctx context.Context) ReadBudget {
	budget, _ := ctx.Value(readBudgetKey{}).(ReadBudget)
	return budget
}
