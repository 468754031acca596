package models

import "context"

// Allowance bounds how much one call may hold in memory of what it reads.
type Allowance interface {
	// Take takes as much out as was read. Its error ends the call.
	Take(bytes int) error
}

type allowanceKey struct{}

// WithAllowance returns a context whose reads are paid for out of the allowance.
func WithAllowance(ctx context.Context, allowance Allowance) context.Context {
	return context.WithValue(ctx, allowanceKey{}, allowance)
}

// AllowanceFrom returns what WithAllowance put in; nil when reads are free.
func AllowanceFrom(ctx context.Context) Allowance {
	allowance, _ := ctx.Value(allowanceKey{}).(Allowance)
	return allowance
}
