package models

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ShopifyUser is a person who works in a store's Shopify admin. The same number in another store is another person's.
type ShopifyUser struct {
	StoreID string    `gorm:"primaryKey"`
	UserID  string    `gorm:"primaryKey"` // Shopify's number
	Name    string    // "" when it is not known
	AskedAt time.Time // when Shopify was last asked for the name; zero when it never was
}

const (
	// UserNameLife is how long a name is believed, and how long Shopify is not asked again, whatever it has answered.
	UserNameLife = 24 * time.Hour
	// UserMemory is how long a person who does not come back is known.
	UserMemory = 180 * 24 * time.Hour
	// MaxUserName is how many characters of a name are kept.
	MaxUserName = 100
)

// IsDue reports whether Shopify is to be asked for the name at this moment.
func (u ShopifyUser) IsDue(now time.Time) bool { return !now.Before(u.AskedAt.Add(UserNameLife)) }

// Actor is the person as what they do is recorded.
func (u ShopifyUser) Actor() Actor {
	if u.Name != "" {
		return Actor{Kind: ActorSeller, Name: u.Name}
	}
	return Actor{Kind: ActorSeller, Name: unnamedUser + " " + u.UserID}
}

// SignedIn is the caller that the person is in the store.
func (u ShopifyUser) SignedIn(store Store) Caller {
	return Caller{Store: store, Actor: u.Actor(), ID: userIDPrefix + u.UserID}
}

// userIDPrefix is what the ID of a caller who has signed in at Shopify begins with.
const userIDPrefix = "user_"

// unnamedUser is what a person is called, with the number, whose name is not known.
const unnamedUser = "Shopify user"

// NewUserName makes a name of what Shopify has as somebody's first and last name. People write these themselves. It is ""
// where nothing is left that tells who they are, and where it would tell something else: an e-mail address, what may be
// a secret, or another person's number.
func NewUserName(first, last string) string {
	spaced := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(first+" "+last, ""))
	words := strings.Fields(WithoutInvisible(spaced))
	name := strings.Join(words, " ")
	switch {
	case !strings.ContainsFunc(name, standsAlone), strings.Contains(name, "@"), strings.HasPrefix(strings.ToLower(name), strings.ToLower(unnamedUser)):
		return ""
	}
	if slices.ContainsFunc(words, LooksSecret) || slices.ContainsFunc(words, isTokenLike) {
		return ""
	}
	return shortenedName(name)
}

var tokenCharacters = regexp.MustCompile(`^[A-Za-z0-9_.=-]{20,}$`)

// isTokenLike reports whether a word has the length and the characters of tokens, digits among them.
func isTokenLike(word string) bool {
	return tokenCharacters.MatchString(word) && strings.ContainsAny(word, "0123456789")
}

func shortenedName(name string) string {
	characters := []rune(name)
	if len(characters) <= MaxUserName {
		return name
	}
	return strings.TrimSpace(string(characters[:MaxUserName-1])) + "…"
}
