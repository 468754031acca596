package shopify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/handback/handback/models"
)

// Notifications reads what Shopify sends to a webhook. It implements webhooks.Platform.
type Notifications struct {
	Secret string // the app's
	Former string // with which Shopify signs, too, until a change of the secret is over; "" for nothing
}

// Names of headers, after X-Shopify-, or after Shopify- as the newer family of events has them.
const (
	headerSignature = "Hmac-Sha256"
	headerTopic     = "Topic"
	headerStore     = "Shop-Domain"
	headerVersion   = "Api-Version"
	headerID        = "Webhook-Id"
	headerTime      = "Triggered-At"
)

// maxHeader is how many characters of a header are stored at most. Shopify's are shorter.
const maxHeader = 255

func notificationHeader(header http.Header, name string) string {
	if value := header.Get("X-Shopify-" + name); value != "" {
		return value
	}
	return header.Get("Shopify-" + name)
}

// Complete reports whether all is there that Shopify sends.
func (Notifications) Complete(header http.Header) bool {
	return !slices.ContainsFunc([]string{headerSignature, headerTopic, headerStore, headerVersion, headerID}, func(name string) bool {
		value := notificationHeader(header, name)
		return value == "" || len(value) > maxHeader
	})
}

// Verify reports whether Shopify has signed the body. It signs no header.
func (n Notifications) Verify(header http.Header, body []byte) bool {
	sent, err := base64.StdEncoding.DecodeString(notificationHeader(header, headerSignature))
	return err == nil && (hmac.Equal(sent, signatureOf(n.Secret, body)) || n.Former != "" && hmac.Equal(sent, signatureOf(n.Former, body)))
}

// SignNotification returns the signature of a body, as Shopify sends it.
func SignNotification(secret string, body []byte) string {
	return base64.StdEncoding.EncodeToString(signatureOf(secret, body))
}

func signatureOf(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

var storeDomain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.myshopify\.com$`)

// Read reads a notification. What the body says of the store that all data are to be removed of must be what the header says.
func (Notifications) Read(header http.Header, body []byte) (models.PlatformNotification, error) {
	notification := models.PlatformNotification{
		Platform: models.PlatformShopify, ID: notificationHeader(header, headerID), Topic: strings.ToLower(notificationHeader(header, headerTopic)),
		Subject: strings.ToLower(notificationHeader(header, headerStore)),
	}
	if !storeDomain.MatchString(notification.Subject) {
		return notification, errors.New("shopify: a notification of no store")
	}
	if at := notificationHeader(header, headerTime); at != "" {
		triggered, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return notification, errors.New("shopify: a notification of no time")
		}
		notification.TriggeredAt = triggered
	}
	if notification.Topic != models.TopicShopRedact {
		return notification, nil
	}
	var about struct {
		Domain string `json:"shop_domain"`
	}
	if json.Unmarshal(body, &about) != nil || about.Domain != notification.Subject {
		return notification, errors.New("shopify: the data of a store are to be removed that is not the one named")
	}
	return notification, nil
}
