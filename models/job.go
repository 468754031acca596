package models

// Job is work that a transaction promises, and that is done after it, again and again until it succeeds: what is done
// must bear being done twice. The fields of an implementation are stored as JSON, for as long as it takes.
type Job interface {
	// Kind says what is to be done. It is stored with the job, so a name that was released is not changed.
	Kind() string
}

// ForgetIdempotencyKeys is the job that drops the idempotency keys whose time is over, and the consents whose is.
type ForgetIdempotencyKeys struct{}

// Kind implements Job.
func (ForgetIdempotencyKeys) Kind() string { return "forget_idempotency_keys" }
