package models_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestWebhookChange(t *testing.T) {
	anHourAgo, yes, no, other := noon.Add(-time.Hour), true, false, "https://other.example/"
	failing := models.WebhookEndpoint{ID: "w", URL: "https://one.example/", Topics: "SETTINGS_UPDATED", SentThrough: 7, Waiting: true, Attempts: 2, FirstAttemptAt: &anHourAgo, FailingSince: &anHourAgo}
	disabled := failing
	disabled.DisabledAt = &anHourAgo
	sound := models.WebhookEndpoint{ID: "w", URL: "https://one.example/", Topics: "SETTINGS_UPDATED", SentThrough: 7, Waiting: true}
	with := func(e models.WebhookEndpoint, change func(*models.WebhookEndpoint)) models.WebhookEndpoint {
		change(&e)
		return e
	}
	for name, test := range map[string]struct {
		change       models.WebhookChange
		before, want models.WebhookEndpoint
	}{
		"nothing":                   {models.WebhookChange{}, failing, failing},
		"the same":                  {models.WebhookChange{URL: &failing.URL, Topics: []models.EventTopic{models.SettingsUpdatedEvent}, Enabled: &yes}, sound, sound},
		"another address":           {models.WebhookChange{URL: &other}, failing, with(sound, func(e *models.WebhookEndpoint) { e.URL = other })},
		"all topics":                {models.WebhookChange{Topics: []models.EventTopic{}}, failing, with(sound, func(e *models.WebhookEndpoint) { e.Topics, e.FailingSince = "", &anHourAgo })},
		"disabled":                  {models.WebhookChange{Enabled: &no}, failing, with(failing, func(e *models.WebhookEndpoint) { e.DisabledAt = &noon })},
		"disabled, again":           {models.WebhookChange{Enabled: &no}, disabled, disabled},
		"enabled":                   {models.WebhookChange{Enabled: &yes}, disabled, sound},
		"enabled, while it failed":  {models.WebhookChange{Enabled: &yes}, failing, sound},
		"another, disabled as ever": {models.WebhookChange{URL: &other}, disabled, with(sound, func(e *models.WebhookEndpoint) { e.URL, e.DisabledAt = other, &anHourAgo })},
	} {
		after, changed := test.change.Apply(test.before, noon)
		require.Equal(t, test.want, after, name)
		require.Equal(t, test.want != test.before, changed, name)
	}
}

func TestSendAgainSkipsNothing(t *testing.T) {
	e := models.WebhookEndpoint{SentThrough: 7, Attempts: 3, FirstAttemptAt: &noon, FailingSince: &noon}
	e.SendAgain(9)
	require.Equal(t, models.WebhookEndpoint{SentThrough: 7, FailingSince: &noon}, e)
	e.SendAgain(2)
	require.Equal(t, int64(2), e.SentThrough)
}

func TestNewWebhookSecret(t *testing.T) {
	random := bytes.Repeat([]byte{0xfb, 7}, 16)
	secret := models.NewWebhookSecret(random).Reveal()
	encoded, marked := strings.CutPrefix(secret, "whsec_")
	require.True(t, marked)
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	require.Equal(t, random, decoded)
	require.Panics(t, func() { models.NewWebhookSecret(random[1:]) })
}

func TestWebhookLimits(t *testing.T) {
	require.Nil(t, models.RefuseAnotherEndpoint(models.MaxWebhookEndpoints-1))
	require.Equal(t, models.TooManyEndpoints, models.RefuseAnotherEndpoint(models.MaxWebhookEndpoints).Code)
	require.Nil(t, models.RefuseAnotherSecret(models.MaxWebhookSecrets-1))
	require.Equal(t, models.SecretRotationInProgress, models.RefuseAnotherSecret(models.MaxWebhookSecrets).Code)
	require.Nil(t, models.RefuseRedelivery(&models.WebhookEndpoint{FailingSince: &noon}))
	require.Equal(t, models.EndpointDisabled, models.RefuseRedelivery(&models.WebhookEndpoint{DisabledAt: &noon}).Code)
}
