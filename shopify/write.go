package shopify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/handback/handback/models"
)

// BulkWrites is how many products are published one by one at most: above, Shopify is given them all at once.
func (c *Client) BulkWrites() int { return c.bulkWrites }

// Write writes entries of settings in their order, and says what became of each. More of them than BulkWrites are all products
// to be published, or to be taken back. Errors are *models.PlatformError where the store is their cause; what is returned with
// one was written.
func (c *Client) Write(ctx context.Context, work *models.TransitionWork, writes []models.StoreWrite) ([]models.StoreWrite, error) {
	w := writer{Client: c, store: work.Store.Domain, work: work}
	if err := w.findLink(ctx); err != nil {
		return nil, problem(err)
	}
	if len(writes) > c.bulkWrites {
		done, err := w.writeInBulk(ctx, writes)
		return done, problem(err)
	}
	done := make([]models.StoreWrite, 0, len(writes))
	for _, write := range writes {
		written, err := w.became(write, w.write(ctx, write))
		if err != nil {
			return done, problem(err)
		}
		done = append(done, written)
	}
	return done, nil
}

// became says what became of a write that was answered so. A disconnect and an edit go on without what Shopify rejects; so does
// a connect without a product, but not without anything else.
func (w *writer) became(write models.StoreWrite, answer error) (models.StoreWrite, error) {
	write.State, write.Reason, write.Detail = models.WriteDone, reasonOf(answer), ""
	switch {
	case write.Reason != "":
		write.State = models.WriteImpossible
	case KindOf(answer) == Rejected && (w.work.Kind != models.TransitionConnect || write.Key == models.KeyPublished):
		write.State, write.Reason, write.Detail = models.WriteImpossible, models.NotWritable, rejectionOf(answer)
	default:
		return write, answer
	}
	return write, nil
}

// rejectionOf is why Shopify rejects a write, in its words, or its code where it has none.
func rejectionOf(err error) string {
	failed, ok := errors.AsType[*Error](err)
	if !ok {
		return ""
	}
	return cmp.Or(failed.detail, failed.Code, failed.Operation)
}

// writer writes entries of one store.
type writer struct {
	*Client
	store string
	link
	work *models.TransitionWork
}

// findLink finds what the app has in the store.
func (w *writer) findLink(ctx context.Context) error {
	own, _, err := w.ownPublication(ctx, w.store)
	if err != nil {
		return err
	}
	if own != nil {
		w.publicationID = own.ID
	}
	channels, err := w.Channels(ctx, w.store)
	if len(channels) > 0 {
		w.channel = &channels[0]
	}
	return err
}

func (w *writer) write(ctx context.Context, write models.StoreWrite) error {
	on := write.Target == "true"
	if w.publicationID == "" && (write.Key == models.KeyAutoPublish || write.Key == models.KeyPublished) {
		return notFound("Publications", "the app's publication")
	}
	switch write.Key {
	case models.KeyAutoPublish:
		return w.UpdatePublication(ctx, w.store, w.publicationID, on)
	case models.KeyPublished:
		if on {
			return w.Publish(ctx, w.store, w.publicationID, write.Entry)
		}
		return w.Unpublish(ctx, w.store, w.publicationID, write.Entry)
	case models.KeyOnlineLocations:
		return w.EditLocation(ctx, w.store, write.Entry, on)
	case models.KeyWebhookTopics:
		return w.writeWebhook(ctx, write.Entry, on)
	case models.KeyResourceFeedback:
		return w.writeFeedback(ctx, write.Target)
	case models.KeyChannel:
		return w.writeChannel(ctx, write.Target)
	}
	return errors.New("shopify: no such setting is written: " + write.Key)
}

func (w *writer) writeWebhook(ctx context.Context, name string, on bool) error {
	if on && w.webhookURI == "" {
		return errNoWebhookURI
	}
	if on {
		_, err := w.CreateWebhookSubscription(ctx, w.store, models.WebhookSubscription{Topic: topicOf(name), URI: w.webhookURI})
		return err
	}
	subscriptions, err := w.WebhookSubscriptions(ctx, w.store)
	for _, subscription := range subscriptions {
		if err == nil && subscription.Topic == topicOf(name) {
			err = w.DeleteWebhookSubscription(ctx, w.store, subscription.ID)
		}
	}
	return err
}

func (w *writer) writeFeedback(ctx context.Context, state models.Value) error {
	if w.channel == nil {
		return nil // it went with the channel
	}
	feedback := models.ResourceFeedback{State: "ACCEPTED", GeneratedAt: w.now().Truncate(time.Millisecond)}
	if state == `"REQUIRES_ACTION"` {
		feedback.State, feedback.Messages = "REQUIRES_ACTION", []string{"Finish setting up TikTok Shop."}
	}
	return w.SetResourceFeedback(ctx, w.store, w.channel.ID, feedback)
}

func (w *writer) writeChannel(ctx context.Context, target models.Value) error {
	if target != "" {
		var input models.ChannelInput
		if err := json.Unmarshal([]byte(target), &input); err != nil {
			return err
		}
		if _, err := w.CreateChannel(ctx, w.store, input); err != nil {
			return err
		}
		return w.findLink(ctx) // a publication may have come with it
	}
	channels, err := w.Channels(ctx, w.store)
	for _, channel := range channels {
		if err == nil {
			err = w.DeleteChannel(ctx, w.store, channel.ID)
		}
	}
	return err
}

// errNoWebhookURI says that the store was told no address to send events to.
var errNoWebhookURI = errors.New("shopify: the app has no address that stores can send events to")

// reasonOf says why a write can never be done, "" when it was done or may be.
func reasonOf(err error) models.RestorationExceptionReason {
	switch {
	case IsNotFound(err):
		return models.ResourceDeleted
	case CodeOf(err) == CodeLastOnline:
		return models.OnlyOnlineLocation
	case CodeOf(err) == CodeFulfillment, CodeOf(err) == CodeAppPublication, errors.Is(err, errNoWebhookURI):
		return models.NotWritable
	}
	return ""
}

// problem gives an error of this package the meaning that it has to a connect or a disconnect.
func problem(err error) error {
	if _, known := errors.AsType[*models.PlatformError](err); known || err == nil {
		return err
	}
	failed, ok := errors.AsType[*Error](err)
	switch {
	case !ok && errors.Is(err, models.ErrAccessLost):
		return &models.PlatformError{Code: models.ShopifyAccessLost, Cause: err}
	case !ok:
		return err
	}
	found := &models.PlatformError{RetryAfter: failed.RetryAfter, Cause: err}
	switch failed.Kind {
	case AccessLost:
		found.Code = models.ShopifyAccessLost
		if failed.Status == http.StatusPaymentRequired || failed.Status == http.StatusLocked {
			found.Detail = "the store is frozen or locked"
		}
	case ScopeMissing:
		found.Code = models.ShopifyScopeMissing
		if len(failed.Scopes) > 0 {
			found.Detail = failed.Scopes[0]
		}
	case Rejected:
		found.Code, found.Detail = models.ShopifyRejected, failed.Operation+": "+rejectionOf(failed)
	case Protocol:
		found.Code, found.Detail = models.ShopifyUnexpected, failed.Operation
		if failed.Status == http.StatusUnauthorized && failed.Code == "" { // the tokens may be good still
			found.Code, found.Detail = models.ShopifyAccessLost, "it does not renew the app's access"
		}
	case Unavailable:
		found.Code, found.Detail = models.ShopifyUnavailable, failed.Operation
	}
	return found
}

// writeInBulk gives Shopify all writes at once. It is found again by the transition and its first write, whatever process has
// begun it.
func (w *writer) writeInBulk(ctx context.Context, writes []models.StoreWrite) ([]models.StoreWrite, error) {
	started, err := w.StartBulkPublishing(ctx, w.store, BulkPublishing{
		ID: fmt.Sprintf("%s_%d_%d", w.work.ID, writes[0].Seq, w.work.Attempts), PublicationID: w.publicationID, Unpublish: writes[0].Target == "",
		Products: func(yield func(string, error) bool) {
			for _, write := range writes {
				if !yield(write.Entry, nil) {
					return
				}
			}
		},
	})
	if err != nil {
		return nil, err
	}
	finished, err := w.AwaitBulkOperation(ctx, w.store, started.ID)
	if err == nil {
		err = finished.Err()
	}
	if err != nil {
		return nil, err
	}
	for result, failed := range w.BulkResults(ctx, finished) {
		if err = failed; err != nil {
			break
		}
		write, rejected := w.became(writes[result.Line], result.Err)
		if rejected != nil && KindOf(rejected) == Rejected {
			err = rejected
			break
		}
		writes[result.Line] = write // what has failed is found when the store is read back, and written again
	}
	pending := func(write models.StoreWrite) bool { return write.State == models.WritePending }
	return slices.DeleteFunc(writes, pending), err // the list may be so long that there is none beside it
}
