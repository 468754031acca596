package tiktok

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Sign returns the signature of a request, which goes into its parameter sign. The body is signed byte for byte as it is
// sent, and is empty when none is. The parameters are signed unescaped, without sign and access_token.
func Sign(secret, path string, query url.Values, body []byte) string {
	var text strings.Builder
	text.WriteString(secret + path)
	for _, key := range slices.Sorted(maps.Keys(query)) {
		if key != "sign" && key != "access_token" {
			text.WriteString(key + strings.Join(query[key], ","))
		}
	}
	text.Write(body)
	text.WriteString(secret)
	return digest(secret, text.String())
}

// SignWebhook returns the signature of a notification, which TikTok sends in the header Authorization.
func SignWebhook(appKey, secret string, body []byte) string {
	return digest(secret, appKey+string(body))
}

// VerifyWebhook reports whether a notification is of TikTok. The signature holds no time: one that is sent again by
// somebody else passes, so notifications are told apart by their ids.
func VerifyWebhook(appKey, secret string, body []byte, signature string) bool {
	return hmac.Equal([]byte(SignWebhook(appKey, secret, body)), []byte(signature))
}

func digest(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}
