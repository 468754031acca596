package endpoint

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// takeSource is a field middleware of subscriptions, around nothing but the resolver. It takes the channel when a stream is opened,
// and gives a channel of one event when that is executed.
func takeSource(ctx context.Context, next graphql.Resolver) (any, error) {
	field, current := graphql.GetFieldContext(ctx), executionOf(ctx)
	if field.Object != subscriptionType || current == nil {
		return next(ctx)
	}
	if current.event.IsValid() {
		current.field = field
		element := current.event.Type()
		channel := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, element), 1)
		channel.Send(current.event)
		channel.Close()
		return channel.Convert(reflect.ChanOf(reflect.RecvDir, element)).Interface(), nil
	}
	given, err := next(ctx)
	if err == nil {
		*current.source = reflect.ValueOf(given)
	}
	return given, err
}

// rejectStreamless rejects a subscription whose answer the client would not understand, or which would be long in memory for as long as
// it lasts.
func (c *call) rejectStreamless(operation *ast.OperationDefinition, text string) *requestError {
	switch {
	case operation.Operation != ast.Subscription:
		return nil
	case !c.response.streamable:
		return newRequestError(codeNotAcceptable, "Subscriptions are answered by Server-Sent Events: send Accept: "+mediaStream+".")
	case len(text)+c.variables > subscriptionBytes:
		return limitError(codeBodyTooLarge, "The document and the variables of a subscription have more bytes than are kept while it lasts", subscriptionBytes)
	}
	c.response.media = mediaStream
	return nil
}
