package shopify

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/handback/handback/models"
)

// AppMetafield returns the value the app keeps in the store under the key, the zero value when there is none.
func (c *Client) AppMetafield(ctx context.Context, store, key string) (models.AppMetafield, error) {
	var answer struct {
		Installation struct {
			ID         string `json:"id"`
			Metafields struct {
				Nodes []models.AppMetafield `json:"nodes"`
			} `json:"metafields"`
		} `json:"currentAppInstallation"`
	}
	if err := c.do(ctx, store, "AppMetafields", nil, &answer); err != nil {
		return models.AppMetafield{}, err
	}
	for _, metafield := range answer.Installation.Metafields.Nodes {
		if metafield.Key == key {
			return metafield, nil
		}
	}
	return models.AppMetafield{}, nil
}

// SetAppMetafield writes JSON under metafield.Key, when the present value still has the digest metafield.Digest, or
// when there is none and the digest is empty. Otherwise the code of the error is CodeStaleObject, unless the present
// value is the one to be written: then an earlier attempt succeeded whose answer was lost.
func (c *Client) SetAppMetafield(ctx context.Context, store, installationID string, metafield models.AppMetafield) (models.AppMetafield, error) {
	type set struct {
		Metafields []models.AppMetafield `json:"metafields"`
		userErrors
	}
	answer, err := mutate[set](ctx, c, store, "AppMetafieldsSet", metafieldVariables(installationID, metafield))
	if CodeOf(err) == CodeStaleObject {
		present, readErr := c.AppMetafield(ctx, store, metafield.Key)
		if readErr != nil || sameJSON(present.Value, metafield.Value) {
			return present, readErr
		}
	}
	if err == nil && len(answer.Metafields) != 1 {
		err = unexpected("AppMetafieldsSet", "there is no metafield", nil)
	}
	if err != nil {
		return models.AppMetafield{}, err
	}
	return answer.Metafields[0], nil
}

func metafieldVariables(installationID string, metafield models.AppMetafield) map[string]any {
	input := map[string]any{
		"ownerId": installationID, "key": metafield.Key, "type": "json", "value": metafield.Value, "compareDigest": nil,
	}
	if metafield.Digest != "" {
		input["compareDigest"] = metafield.Digest
	}
	return map[string]any{"metafields": []any{input}}
}

// sameJSON compares two texts of JSON by what they say.
func sameJSON(a, b string) bool {
	left, right := jsontext.Value(a), jsontext.Value(b)
	if left.Canonicalize() != nil || right.Canonicalize() != nil {
		return a == b
	}
	return bytes.Equal(left, right)
}
