package auth

import (
	"net/url"
	"strings"

	"github.com/handback/handback/models"
)

// maxCredential is how many bytes a credential may have; session tokens have about 500.
const maxCredential = 4 << 10

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base64URL    = alphanumeric + "-_"
	token68      = alphanumeric + "-._~+/" // RFC 9110; = may follow
)

// bearer returns the only credential in the only Authorization header, "" when there is not exactly one.
func bearer(headers []string) string {
	if len(headers) != 1 {
		return ""
	}
	scheme, credential, _ := strings.Cut(headers[0], " ")
	credential = strings.TrimLeft(credential, " ")
	if !strings.EqualFold(scheme, "Bearer") || len(credential) > maxCredential || !madeOf(strings.TrimRight(credential, "="), token68) {
		return ""
	}
	return credential
}

// madeOf reports whether a text is not empty and has no other characters than these.
func madeOf(text, characters string) bool {
	return text != "" && strings.TrimLeft(text, characters) == ""
}

// credentialNames are query parameters that elsewhere hold credentials, in lower case.
var credentialNames = map[string]bool{
	"access_token": true, "id_token": true, "token": true, "api_key": true, "session": true, "authorization": true,
}

// credentialInURL reports whether an address holds what looks like a credential. It reads the query as others might
// have, not as the standard library does, which leaves out what it finds malformed.
func credentialInURL(address *url.URL) bool {
	if address.User != nil {
		return true
	}
	for parameter := range strings.FieldsFuncSeq(address.RawQuery, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(parameter, "=")
		if credentialNames[strings.ToLower(unescaped(name))] || looksLikeCredential(unescaped(value)) {
			return true
		}
	}
	return false
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func looksLikeCredential(value string) bool {
	if credential := bearer([]string{value}); credential != "" {
		value = credential
	}
	return models.IsAPIKey(value) ||
		strings.HasPrefix(value, "eyJ") && strings.Count(value, ".") == 2 && madeOf(value, base64URL+".")
}
