package graph

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/handback/handback/models"
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

// handoffIDs are ids of items. Texts that are none become ids that no item has.
func handoffIDs(ids []string) ([]string, error) {
	if len(ids) > models.MaxAcknowledged {
		return nil, &models.BadInput{Argument: "ids", Problem: fmt.Sprintf("must be %d at most", models.MaxAcknowledged)}
	}
	named := make([]string, len(ids))
	for i, id := range ids {
		if kindOfID(id) == "handoff" {
			named[i] = id
		}
	}
	return named, nil
}

// idOfAccount is the id of an account, nil for none. A text that is no id becomes one that no account has.
func idOfAccount(id *string) *string {
	if id != nil && kindOfID(*id) != "account" {
		return new("")
	}
	return id
}

// webhookID is the id of an endpoint. A text that is none becomes an id that no endpoint has.
func webhookID(id string) string {
	if kindOfID(id) != "webhook" {
		return ""
	}
	return id
}

// ownStore is the caller's store, if that has the id.
func ownStore(ctx context.Context, id string) *models.Store {
	if store := caller(ctx).Store; store.ID == id {
		return &store
	}
	return nil
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
