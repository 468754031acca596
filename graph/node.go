package graph

import (
	"strings"

	"github.com/google/uuid"
)

// kindOfID tells what sort of thing an id names: the word before its underscore. It is "" for texts that are no
// ids, which never get as far as the database.
func kindOfID(id string) string {
	kind, rest, _ := strings.Cut(id, "_")
	if uuid.Validate(rest) != nil || len(rest) != len(uuid.Nil.String()) {
		return ""
	}
	return kind
}

// found keeps a nil pointer from becoming a Node that is not nil.
func found[T any](object *T, err error) (Node, error) {
	if object == nil {
		return nil, err
	}
	return object, err
}

func valuesOf[T any](pointers []*T) []T {
	values := make([]T, len(pointers))
	for i, pointer := range pointers {
		values[i] = *pointer
	}
	return values
}
