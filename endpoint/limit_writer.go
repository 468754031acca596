package endpoint

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// An answer can be many times as long as what was read for it: any field may be asked for under a hundred names. So it
// is counted once more while it is written.

// writtenStep is in what steps room is taken for what is written.
const writtenStep = 256 << 10

// counted counts what a root field writes, and lets no more through than an answer may have.
func counted(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	value := next(ctx)
	its := executionOf(ctx)
	if its == nil {
		return value
	}
	return graphql.WriterFunc(func(w io.Writer) {
		p := passing{to: w, may: its.write}
		value.MarshalGQL(&p)
		its.cut = its.cut || p.full
	})
}

// write reports whether so much more may be written.
func (s *spending) write(bytes int) bool {
	if s.written > answerBytes || s.crowded { // what is dropped costs nothing more
		return false
	}
	if s.written += int64(bytes); s.written > answerBytes {
		return false
	}
	for s.written > s.reserved {
		if !s.room.TryAcquire(writtenStep) {
			s.crowded = true
			return false
		}
		s.held.Add(writtenStep)
		s.reserved += writtenStep
	}
	return true
}

// passing is a writer that drops what may not be written.
type passing struct {
	to   io.Writer
	may  func(bytes int) bool
	full bool // something was dropped, or is going to be
}

// Write implements io.Writer.
func (p *passing) Write(text []byte) (int, error) {
	if p.full = p.full || !p.may(len(text)); p.full {
		return len(text), nil
	}
	return p.to.Write(text)
}

// WriteString implements io.StringWriter.
func (p *passing) WriteString(text string) (int, error) {
	if p.full = p.full || !p.may(len(text)); p.full {
		return len(text), nil
	}
	return io.WriteString(p.to, text)
}
