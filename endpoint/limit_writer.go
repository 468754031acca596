package endpoint

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// An answer can be many times as long as what was read for it: any field may be asked for under a hundred names. So it
// is measured once more while it is written.

// limitResponse is a root field middleware. It lets no more through of what a field writes than an answer may have.
func limitResponse(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	value := next(ctx)
	current := executionOf(ctx)
	if current == nil {
		return value
	}
	if _, measured := value.(measuredAnswer); measured {
		return value
	}
	return graphql.WriterFunc(func(to io.Writer) {
		w := limitWriter{to: to, may: current.mayWrite}
		value.MarshalGQL(&w)
		current.truncated = current.truncated || w.full
	})
}

// limitWriter is a writer that drops what may not be written.
type limitWriter struct {
	to   io.Writer
	may  func(bytes int) bool
	full bool // something was dropped, or is going to be
}

// Write implements io.Writer.
func (w *limitWriter) Write(text []byte) (int, error) {
	if w.full = w.full || !w.may(len(text)); w.full {
		return len(text), nil
	}
	return w.to.Write(text)
}

// WriteString implements io.StringWriter.
func (w *limitWriter) WriteString(text string) (int, error) {
	if w.full = w.full || !w.may(len(text)); w.full {
		return len(text), nil
	}
	return io.WriteString(w.to, text)
}

// measuredAnswer is an answer whose length was counted when it was written down.
type measuredAnswer []byte

// MarshalGQL implements graphql.Marshaler.
func (a measuredAnswer) MarshalGQL(w io.Writer) { _, _ = w.Write(a) }
