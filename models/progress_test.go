package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestProblemsAreToldInWords: a seller reads titles and permissions, and what to do; keys, scopes and what Shopify says are apart from that,
// for programs.
func TestProblemsAreToldInWords(t *testing.T) {
	for name, c := range map[string]struct {
		code      models.ProblemCode
		detail    string
		message   string
		key, said string
		scopes    []string
	}{
		"a permission": {
			code: models.ShopifyScopeMissing, detail: "write_products", scopes: []string{"write_products"},
			message: "The app lacks the permission to change products in the store. Open the app in Shopify's admin and allow it; then try again.",
		},
		"a setting that somebody else writes": {
			code: models.VerificationFailed, detail: models.KeyPublished, key: models.KeyPublished,
			message: "“Published products” does not stay as the app writes it: another app, an automation or a person changes it at the same time. " +
				"Stop that, then try again; or accept it as it is.",
		},
		"a setting that Shopify does not take": {
			code: models.ShopifyRejected, detail: models.KeyOnlineLocations + ": The plan: it ends.", key: models.KeyOnlineLocations, said: "The plan: it ends.",
			message: "Shopify does not let the app change “Locations that fulfill online orders”. It says: “The plan: it ends.” " +
				"Put that right in Shopify's admin, then try again; or accept the store as it is.",
		},
		"an operation that Shopify does not take": {
			code: models.ShopifyRejected, detail: "AppMetafieldsSet: No.", said: "No.",
			message: "Shopify refuses what the app asks of the store. It says: “No.” Put that right in Shopify's admin, then try again; or accept the store as it is.",
		},
		"an operation without a word": {
			code: models.ShopifyRejected, detail: "AppMetafieldsSet: AppMetafieldsSet",
			message: "Shopify refuses what the app asks of the store. Put that right in Shopify's admin, then try again; or accept the store as it is.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			record := models.Disconnection{Account: &models.Account{StoreDomain: "aurora.myshopify.com"}}
			record.Transition = &models.Transition{Kind: models.TransitionDisconnect, Phase: models.PhaseBlocked, ProblemCode: c.code, ProblemDetail: c.detail}
			problem := record.Progress().Problem
			require.Equal(t, c.message, problem.Message)
			require.Equal(t, c.key, textOf(problem.Key))
			require.Equal(t, c.said, textOf(problem.PlatformMessage))
			require.Equal(t, c.scopes, problem.Scopes)
			require.Equal(t, "https://aurora.myshopify.com/admin/settings/apps", textOf(problem.URL))
		})
	}
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
