package endpoint

import (
	"context"
	"reflect"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/handback/handback/models"
)

// execution is what an operation is carried out with.
type execution struct {
	*costMeter
	document *document
	deadline time.Time                           // of the work on its fields
	source   *reflect.Value                      // where the channel of a subscription goes, when that is opened
	event    reflect.Value                       // of the subscription that is being executed; invalid elsewhere
	field    *graphql.FieldContext               // of that event
	refusals map[string][]models.RefusedMutation // by the alias of the mutation's field
}

type executionKey struct{}

// executionOf returns that of the operation which is being carried out, nil when there is none.
func executionOf(ctx context.Context) *execution {
	current, _ := ctx.Value(executionKey{}).(*execution)
	return current
}
