package models_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/models"
)

func TestUserNameIsWhatPeopleRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, last, want string }{
		{"Ada", "Lovelace", "Ada Lovelace"},
		{"  Ada \t", "\u00a0Lovelace\r\n", "Ada Lovelace"},
		{"", "Lovelace", "Lovelace"},
		{"Ada", "", "Ada"},
		{"", "", ""},
		{"José María", "Núñez-O'Brien", "José María Núñez-O'Brien"},
		{"秀英", "王", "秀英 王"},
		{"<b>Ada</b>", "<script>alert(1)</script>", "<b>Ada</b> <script>alert(1)</script>"},
		{"A\x00d\x1ba", "Love\nlace", "A d a Love lace"},
		{"Ada\u202e", "\u200bLove\u00adlace", "Ada Lovelace"},
		{"A\xffda", "Lovelace", "Ada Lovelace"},
		{"\u200b", "\u0301 ", ""},
		{"ada@example.com", "", ""},
		{"Shopify  user", "43", ""},
		{"SHOPIFY USER 43", "", ""},
		{"hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", ""},
		{"Ada", "eyJhbGciOiJIUzI1NiJ9", ""},
		{"shpua_0123456789abcdef0123456789abcdef", "Lovelace", ""},
		{"Wolfeschlegelsteinhausen", "2nd", "Wolfeschlegelsteinhausen 2nd"},
		{strings.Repeat("é", 60), strings.Repeat("ü", 60), strings.Repeat("é", 60) + " " + strings.Repeat("ü", 38) + "…"},
		{strings.Repeat("é", 98), "Lovelace", strings.Repeat("é", 98) + "…"},
	} {
		require.Equal(t, c.want, models.NewUserName(c.first, c.last), "%q %q", c.first, c.last)
	}
}

// TestUserNameIsBounded: whatever somebody has written, and a name of a name is the same.
func TestUserNameIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := models.NewUserName(rapid.String().Draw(t, "first"), rapid.String().Draw(t, "last"))
		require.LessOrEqual(t, utf8.RuneCountInString(name), models.MaxUserName)
		require.True(t, utf8.ValidString(name))
		require.Equal(t, strings.TrimSpace(name), name)
		require.Equal(t, name, models.WithoutInvisible(name))
		require.Equal(t, name, models.NewUserName(name, ""))
	})
}

func TestUserIsAskedAboutOnceADay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	require.True(t, models.ShopifyUser{}.IsDue(now))
	asked := models.ShopifyUser{AskedAt: now}
	require.False(t, asked.IsDue(now))
	require.False(t, asked.IsDue(now.Add(24*time.Hour-time.Second)))
	require.True(t, asked.IsDue(now.Add(24*time.Hour)))
}

func TestShopifyUserIDIsOfPeopleWhoSignedIn(t *testing.T) {
	t.Parallel()
	caller := models.ShopifyUser{UserID: "42"}.SignedIn(models.Store{ID: "store_1"})
	require.Equal(t, models.Caller{
		Store: models.Store{ID: "store_1"}, Actor: models.Actor{Kind: models.ActorSeller, Name: "Shopify user 42"}, ID: "user_42",
	}, caller)
	require.Equal(t, "42", *caller.ShopifyUserID())
	require.Equal(t, "Ada", models.ShopifyUser{UserID: "42", Name: "Ada"}.Actor().Name)

	partner := models.Caller{ID: "key_1", Actor: models.Actor{Kind: models.ActorPartner, Name: "Rithum"}}
	demo := models.Caller{Actor: models.Actor{Kind: models.ActorSeller, Name: "Aurora"}}
	require.Nil(t, partner.ShopifyUserID())
	require.Nil(t, demo.ShopifyUserID())
}
