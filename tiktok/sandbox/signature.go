package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// signatureOf is what the parameter sign of a request must be. It is written apart from the client's, so that they check
// one another.
func signatureOf(secret, path string, query url.Values, body []byte) string {
	var pairs []string
	for name, values := range query {
		if name != "sign" && name != "access_token" {
			pairs = append(pairs, name+"\x00"+strings.Join(values, ","))
		}
	}
	slices.Sort(pairs)
	text := path + strings.ReplaceAll(strings.Join(pairs, ""), "\x00", "") + string(body)
	return hexHMAC(secret, secret+text+secret)
}

func hexHMAC(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
