package shopify

import (
	"context"
	"regexp"
	"strings"

	"github.com/handback/handback/models"
)

type shopAnswer struct {
	Shop struct {
		ID              string `json:"id"`
		Name            string `json:"name"`
		Email           string `json:"email"`
		ShopOwnerName   string `json:"shopOwnerName"`
		MyshopifyDomain string `json:"myshopifyDomain"`
		CurrencyCode    string `json:"currencyCode"`
		WeightUnit      string `json:"weightUnit"`
		TaxesIncluded   bool   `json:"taxesIncluded"`
		ShopAddress     struct {
			CountryCode string `json:"countryCodeV2"`
		} `json:"shopAddress"`
		Plan struct {
			PublicDisplayName string `json:"publicDisplayName"`
		} `json:"plan"`
	} `json:"shop"`
	Installation struct {
		ID           string `json:"id"`
		AccessScopes []struct {
			Handle string `json:"handle"`
		} `json:"accessScopes"`
		App struct {
			ID     string `json:"id"`
			Handle string `json:"handle"`
		} `json:"app"`
	} `json:"currentAppInstallation"`
}

// Shop returns what the store says of itself and of the installed app.
func (c *Client) Shop(ctx context.Context, store string) (models.ShopProfile, error) {
	var answer shopAnswer
	if err := c.do(ctx, store, "Shop", nil, &answer); err != nil {
		return models.ShopProfile{}, err
	}
	shop, installation := answer.Shop, answer.Installation
	profile := models.ShopProfile{
		ID:             shop.ID,
		Domain:         shop.MyshopifyDomain,
		Name:           shop.Name,
		Email:          shop.Email,
		OwnerName:      shop.ShopOwnerName,
		Region:         shop.ShopAddress.CountryCode,
		Currency:       shop.CurrencyCode,
		WeightUnit:     shop.WeightUnit,
		TaxesIncluded:  shop.TaxesIncluded,
		Plan:           shop.Plan.PublicDisplayName,
		InstallationID: installation.ID,
		AppID:          installation.App.ID,
		AppHandle:      installation.App.Handle,
	}
	for _, scope := range installation.AccessScopes {
		profile.Scopes = append(profile.Scopes, scope.Handle)
	}
	return profile, nil
}

type policiesAnswer struct {
	Shop struct {
		Policies []struct {
			Type string `json:"type"`
			URL  string `json:"url"`
			Body string `json:"body"`
		} `json:"shopPolicies"`
	} `json:"shop"`
}

// RefundPolicy reports whether the store shows a return policy. Shopify goes on listing one whose text the merchant
// deleted, so that one without any text is none.
func (c *Client) RefundPolicy(ctx context.Context, store string) (bool, error) {
	var answer policiesAnswer
	if err := c.do(ctx, store, "ShopPolicies", nil, &answer); err != nil {
		return false, err
	}
	for _, policy := range answer.Shop.Policies {
		if policy.Type == "REFUND_POLICY" && hasText(policy.Body) {
			return true, nil
		}
	}
	return false, nil
}

var markup = regexp.MustCompile(`<[^>]*>|&nbsp;`)

// hasText reports whether HTML has more than elements and white space.
func hasText(html string) bool { return strings.TrimSpace(markup.ReplaceAllString(html, "")) != "" }
