package shopify_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

// TestNotificationSignature: the vector is of openssl.
func TestNotificationSignature(t *testing.T) {
	body := []byte(`{"shop_id":954889,"shop_domain":"aurora-outfitters.myshopify.com"}`)
	for _, prefix := range []string{"X-Shopify-", "Shopify-"} {
		header := http.Header{}
		header.Set(prefix+"Hmac-Sha256", "s4nzmxJFGeN5Y2zirO2Hnkdz3kPXzqsToxWGha+KEEA=")
		require.True(t, shopify.Notifications{Secret: "hush"}.Verify(header, body), prefix)
		require.False(t, shopify.Notifications{Secret: "hush!"}.Verify(header, body))
		require.False(t, shopify.Notifications{Secret: "hush"}.Verify(header, append(body, '\n')))
	}
	require.False(t, shopify.Notifications{Secret: "hush"}.Verify(http.Header{}, body))
}

func TestNotificationOfBadTime(t *testing.T) {
	header := http.Header{}
	header.Set("X-Shopify-Topic", models.TopicUninstalled)
	header.Set("X-Shopify-Shop-Domain", "aurora-outfitters.myshopify.com")
	header.Set("X-Shopify-Triggered-At", "yesterday")
	_, err := shopify.Notifications{}.Read(header, []byte(`{}`))
	require.ErrorContains(t, err, "of no time")
}
