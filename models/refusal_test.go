package models_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestRefusalsAreFoundInAnError(t *testing.T) {
	type codes = models.UpdateSettingsErrorCode
	one, two := models.UpdateSettingsUserError{Code: models.UnknownSetting, Message: "One."}, models.UpdateSettingsUserError{Code: models.InvalidValue, Message: "Two."}
	several := models.Refusals[codes]{one, two}
	require.EqualError(t, several, "One. Two.")
	for name, test := range map[string]struct {
		err  error
		want []models.UpdateSettingsUserError
	}{
		"no error":                {nil, nil},
		"a fault":                 {errors.New("fault"), nil},
		"one":                     {&one, []models.UpdateSettingsUserError{one}},
		"one, wrapped":            {fmt.Errorf("wrapped: %w", &one), []models.UpdateSettingsUserError{one}},
		"several":                 {several, several},
		"several, wrapped":        {fmt.Errorf("wrapped: %w", several), several},
		"one of another mutation": {&models.ConnectTikTokShopUserError{Code: models.AccountInUse}, nil},
	} {
		require.Equal(t, test.want, models.RefusalsIn[codes](test.err), name)
	}
}

func TestDisconnectRefusalHoldsUserError(t *testing.T) {
	refusal := models.DisconnectRequest{}.RefuseUnconfirmed()
	require.Equal(t, []models.DisconnectTikTokShopUserError{*refusal.DisconnectTikTokShopUserError},
		models.RefusalsIn[models.DisconnectTikTokShopErrorCode](refusal))
}
