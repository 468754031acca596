package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func at(after time.Duration) *time.Time {
	moment := noon.Add(after)
	return &moment
}

func TestRotateMakesASuccessorOfTheSameName(t *testing.T) {
	read := []models.APIKeyScope{models.ScopeRead}
	key := models.APIKey{ID: "old", Name: "Rithum", FoldedName: "rithum", Prefix: "hb_mfrggz", Scopes: read, CreatedAt: *at(-10 * time.Hour)}
	other := models.APIKey{ID: "other", FoldedName: "other", RotatedAt: at(-time.Hour), ExpiresAt: at(time.Hour)}
	for name, test := range map[string]struct {
		expiresAt *time.Time
		request   models.RotationRequest
		end       *time.Time // of the key
		successor *time.Time
	}{
		"never ends":                    {nil, models.RotationRequest{}, at(24 * time.Hour), nil},
		"of a limited life":             {at(90 * time.Hour), models.RotationRequest{}, at(24 * time.Hour), at(100 * time.Hour)},
		"ends sooner anyway":            {at(time.Hour), models.RotationRequest{}, at(time.Hour), at(11 * time.Hour)},
		"has ended":                     {at(-time.Hour), models.RotationRequest{}, at(-time.Hour), at(9 * time.Hour)},
		"asked for":                     {nil, models.RotationRequest{ExpiresAt: at(2 * time.Hour), PredecessorExpiresAt: at(time.Minute)}, at(time.Minute), at(2 * time.Hour)},
		"a longer life is not asked of": {at(time.Hour), models.RotationRequest{PredecessorExpiresAt: at(time.Hour * 2)}, at(time.Hour), at(11 * time.Hour)},
	} {
		key.ExpiresAt, test.request.ID = test.expiresAt, key.ID
		keys := []models.APIKey{other, key}
		predecessor, successor, refusal := test.request.Rotate(keys, noon)
		require.Nil(t, refusal, name)
		want := key
		want.ExpiresAt, want.RotatedAt = test.end, &noon
		require.Equal(t, want, predecessor, name)
		require.Equal(t, models.APIKeyRequest{Name: "Rithum", FoldedName: "rithum", Scopes: read, ExpiresAt: test.successor}, successor, name)
		require.Equal(t, []models.APIKey{other, key}, keys, "the list is as it was")
	}
}

func TestRotateRefusals(t *testing.T) {
	keys := []models.APIKey{
		{ID: "plain", FoldedName: "plain"},
		{ID: "new", FoldedName: "two"}, {ID: "old", FoldedName: "two", RotatedAt: at(-time.Hour), ExpiresAt: at(time.Microsecond)},
		{ID: "alone", FoldedName: "three"}, {ID: "ended", FoldedName: "three", RotatedAt: at(-time.Hour), ExpiresAt: &noon},
	}
	for name, test := range map[string]struct {
		request models.RotationRequest
		code    models.RotateAPIKeyErrorCode
		field   string
	}{
		"unknown":            {models.RotationRequest{ID: "x"}, models.RotateAPIKeyNotFound, "id"},
		"no id":              {models.RotationRequest{}, models.RotateAPIKeyNotFound, "id"},
		"has a successor":    {models.RotationRequest{ID: "old"}, models.AlreadyRotated, "id"},
		"third of a name":    {models.RotationRequest{ID: "new"}, models.RotationInProgress, "id"},
		"expires in no time": {models.RotationRequest{ID: "plain", ExpiresAt: &noon}, models.RotateAPIKeyInvalidExpiry, "expiresAt"},
		"ends in no time":    {models.RotationRequest{ID: "plain", PredecessorExpiresAt: &noon}, models.RotateAPIKeyInvalidExpiry, "predecessorExpiresAt"},
	} {
		_, _, refusal := test.request.Rotate(keys, noon)
		require.NotNil(t, refusal, name)
		require.Equal(t, test.code, refusal.Code, name)
		require.Equal(t, []string{test.field}, refusal.Field, name)
		require.NotEmpty(t, refusal.Message)
	}
	_, _, refusal := models.RotationRequest{ID: "alone"}.Rotate(keys, noon)
	require.Nil(t, refusal, "the key before it has ended")
}
