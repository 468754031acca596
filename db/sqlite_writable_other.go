//go:build !linux && !darwin

package db

// mayWrite is told by the first write where there is no such question.
func mayWrite(string) error { return nil }
