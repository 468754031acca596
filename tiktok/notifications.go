package tiktok

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/handback/handback/models"
)

// Notifications reads what TikTok sends to a webhook. It implements webhooks.Platform.
type Notifications struct {
	AppKey    string
	AppSecret string
}

const signatureHeader = "Authorization"

// Complete reports whether there is a signature.
func (Notifications) Complete(header http.Header) bool {
	return len(header.Get(signatureHeader)) == hex.EncodedLen(sha256.Size)
}

// Verify reports whether TikTok has signed the body.
func (n Notifications) Verify(header http.Header, body []byte) bool {
	return VerifyWebhook(n.AppKey, n.AppSecret, body, header.Get(signatureHeader))
}

// Read reads a notification. One that has no id is known by its body.
func (Notifications) Read(_ http.Header, body []byte) (models.PlatformNotification, error) {
	read, err := ParseNotification(body)
	if err != nil {
		return models.PlatformNotification{}, err
	}
	sum := sha256.Sum256(body)
	return models.PlatformNotification{
		Platform: models.PlatformTikTok, ID: cmp.Or(read.ID, hex.EncodeToString(sum[:])), Topic: read.Topic, Subject: read.ShopID,
		Detail: cmp.Or(read.CancellationID, read.ReturnID, read.OrderID), TriggeredAt: read.At.Time(),
	}, nil
}

// notified are the topics that the app wants to be told of.
var notified = []string{TopicOrder, TopicCancellation, TopicReturn, TopicDeauthorized, TopicExpiringSoon}

// Watch has TikTok tell what happens in shops, and asks whether it is so. It implements jobs.TikTokWatch.
type Watch struct {
	Client  *Client // which knows shops by the ids of accounts
	Address string  // where TikTok sends notifications; "" for nowhere
}

// Authorized reports whether TikTok lets the app into the shop of the account, which has this id at TikTok.
func (w Watch) Authorized(ctx context.Context, account models.Account, shopID string) (bool, error) {
	return w.Client.IsAuthorized(ctx, account.ID, shopID)
}

// Subscribe has TikTok tell what happens in the account's shop. It may be done again. Where the app is not let in there is nothing to be
// told.
func (w Watch) Subscribe(ctx context.Context, account models.Account) error {
	if w.Address == "" {
		return nil
	}
	for _, topic := range notified {
		err := w.Client.PutWebhook(ctx, account.ID, topic, w.Address)
		if KindOf(err) == Reauthorize || errors.Is(err, models.ErrAccessLost) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
