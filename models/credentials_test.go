package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

var credentialsNow = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// credentialsFor are credentials whose access token is good for so long.
func credentialsFor(access time.Duration) models.Credentials {
	return models.Credentials{
		AccessToken: models.NewSecret("access"), RefreshToken: models.NewSecret("refresh"), AccessExpiresAt: credentialsNow.Add(access),
		RefreshExpiresAt: credentialsNow.Add(24 * time.Hour), Version: 7,
	}
}

func TestTokenIsUsedUntilFiveMinutesBeforeItsEnd(t *testing.T) {
	for access, want := range map[time.Duration]models.TokenStep{
		time.Hour: models.UseToken, 5*time.Minute + 1: models.UseToken, 5 * time.Minute: models.RefreshToken, 1: models.RefreshToken, 0: models.RefreshToken, -time.Hour: models.RefreshToken,
	} {
		require.Equal(t, want, credentialsFor(access).NextStep(models.Secret{}, credentialsNow), access)
	}
}

// TestRejectedTokenIsRefreshedOnce: when another instance has refreshed already, what it got is used.
func TestRejectedTokenIsRefreshedOnce(t *testing.T) {
	credentials := credentialsFor(time.Hour)
	require.Equal(t, models.RefreshToken, credentials.NextStep(models.NewSecret("access"), credentialsNow))
	require.Equal(t, models.UseToken, credentials.NextStep(models.NewSecret("access before"), credentialsNow))
	require.False(t, credentials.MayStillUse(models.NewSecret("access"), credentialsNow))
}

func TestNoAccessWithoutRefreshToken(t *testing.T) {
	require.Equal(t, models.NoAccess, models.Credentials{}.NextStep(models.Secret{}, credentialsNow))
	ended := credentialsFor(0)
	ended.RefreshExpiresAt = credentialsNow
	require.Equal(t, models.NoAccess, ended.NextStep(models.Secret{}, credentialsNow))
	ended.AccessExpiresAt = credentialsNow.Add(time.Hour)
	require.Equal(t, models.UseToken, ended.NextStep(models.Secret{}, credentialsNow))
}

// TestWhileAnotherProcessRefreshes a token that is still good is used, and the next one waited for otherwise.
func TestWhileAnotherProcessRefreshes(t *testing.T) {
	until := credentialsNow.Add(time.Second)
	for _, test := range []struct {
		access   time.Duration
		rejected string
		want     models.TokenStep
	}{
		{time.Hour, "", models.UseToken},
		{time.Minute, "", models.UseToken},
		{time.Minute, "access", models.AwaitRefresh},
		{0, "", models.AwaitRefresh},
	} {
		credentials := credentialsFor(test.access)
		credentials.RefreshingUntil = &until
		require.Equal(t, test.want, credentials.NextStep(models.NewSecret(test.rejected), credentialsNow), test)
	}
	first := models.Credentials{Version: 1, RefreshingUntil: &until}
	require.Equal(t, models.AwaitRefresh, first.NextStep(models.Secret{}, credentialsNow))
	require.Equal(t, models.NoAccess, first.NextStep(models.Secret{}, until), "it took too long, or was killed")
	slow := credentialsFor(0)
	slow.RefreshingUntil = &until
	require.Equal(t, models.RefreshToken, slow.NextStep(models.Secret{}, until), "it took too long, or was killed")
}

func TestTokenThatCouldNotBeRefreshedIsUsedToItsEnd(t *testing.T) {
	require.True(t, credentialsFor(1).MayStillUse(models.Secret{}, credentialsNow))
	require.False(t, credentialsFor(0).MayStillUse(models.Secret{}, credentialsNow))
	require.False(t, models.Credentials{}.MayStillUse(models.Secret{}, credentialsNow))
}

// TestReceivedTokenWithoutTimesIsRefreshedAllTheSame: an answer that does not say how long its token is good must not make it
// good for ever.
func TestReceivedTokenWithoutTimesIsRefreshedAllTheSame(t *testing.T) {
	before := credentialsFor(0)
	before.Scopes = []string{"read_products"}
	received := before.Received(models.TokenPair{AccessToken: models.NewSecret("next")}, credentialsNow)
	require.Equal(t, "next", received.AccessToken.Reveal())
	require.Equal(t, credentialsNow.Add(55*time.Minute), received.AccessExpiresAt)
	require.Equal(t, "refresh", received.RefreshToken.Reveal())
	require.Equal(t, before.RefreshExpiresAt, received.RefreshExpiresAt)
	require.Equal(t, before.Scopes, received.Scopes)

	received = before.Received(models.TokenPair{
		AccessToken: models.NewSecret("next"), RefreshToken: models.NewSecret("next refresh"), ExpiresIn: time.Hour, RefreshExpiresIn: 48 * time.Hour, Scopes: []string{"write_b", "read_a"},
	}, credentialsNow)
	require.Equal(t, credentialsNow.Add(time.Hour), received.AccessExpiresAt)
	require.Equal(t, "next refresh", received.RefreshToken.Reveal())
	require.Equal(t, credentialsNow.Add(48*time.Hour), received.RefreshExpiresAt)
	require.Equal(t, []string{"read_a", "write_b"}, received.Scopes)

	received = before.Received(models.TokenPair{AccessToken: models.NewSecret("next"), RefreshToken: models.NewSecret("next refresh")}, credentialsNow)
	require.Equal(t, credentialsNow.Add(90*24*time.Hour), received.RefreshExpiresAt)
}

func TestLacksScopes(t *testing.T) {
	credentials := models.Credentials{Scopes: []string{"read_products", "write_publications"}}
	require.Empty(t, credentials.LacksScopes([]string{"read_products", "read_publications", "write_publications"}))
	require.Equal(t, []string{"write_products", "read_locations"}, credentials.LacksScopes([]string{"write_products", "read_products", "read_locations"}))
}
