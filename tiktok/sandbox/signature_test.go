package sandbox

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSignature holds signatures that several independent implementations agree on.
func TestSignature(t *testing.T) {
	const secret = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
	query := url.Values{
		"app_key": {"6a7b8c9d0e"}, "timestamp": {"1764288000"}, "shop_cipher": {"a+b/c=="}, "page_size": {"1"},
		"page_token": {"a b&c=d%20é"}, "sign": {"other"}, "access_token": {"other"},
	}
	require.Equal(t, "ca9dad74ac0ee9e6adf90534a253bf5fd8ee3d928132d970fbbd532c94fd1105",
		signatureOf(secret, "/product/202502/products/search", query, []byte(`{"seller_skus":["größe/ä"]}`)))
	require.Equal(t, "d3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f",
		signatureOf("app_secret", "/test-api", url.Values{"foo": {"bar"}}, nil))
	body := `{"type":6,"tts_notification_id":"7327112393057371910","shop_id":"7494726673780148744","timestamp":1764288000,"data":{"message":"The seller has deauthorized your app."}}`
	require.Equal(t, "019ff341b80d7701f43f5148f33b951f36183c7d2722e4f627080dd63e20c350", hexHMAC(secret, "6a7b8c9d0e"+body))
}
