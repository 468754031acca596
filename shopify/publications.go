package shopify

import (
	"context"
	"iter"

	"github.com/handback/handback/models"
)

type publicationNode struct {
	ID          string `json:"id"`
	AutoPublish bool   `json:"autoPublish"`
	Catalog     *struct {
		ID   string `json:"id"`
		Apps struct {
			Nodes []struct {
				ID string `json:"id"`
			} `json:"nodes"`
		} `json:"apps"`
	} `json:"catalog"`
	Channels struct {
		Nodes []models.Channel `json:"nodes"`
	} `json:"channels"`
}

func (n publicationNode) publication() models.Publication {
	publication := models.Publication{ID: n.ID, AutoPublish: n.AutoPublish, Channels: n.Channels.Nodes}
	if n.Catalog != nil {
		for _, app := range n.Catalog.Apps.Nodes {
			publication.AppIDs = append(publication.AppIDs, app.ID)
		}
	}
	return publication
}

// Publications returns the publications of apps, ours and others.
func (c *Client) Publications(ctx context.Context, store string) ([]models.Publication, error) {
	type data struct {
		Publications connection[publicationNode] `json:"publications"`
	}
	nodes, err := all(pages(ctx, c, store, "Publications", nil, func(d *data) (*connection[publicationNode], error) {
		return &d.Publications, nil
	}))
	var publications []models.Publication
	for _, node := range nodes {
		publications = append(publications, node.publication())
	}
	return publications, err
}

// UpdatePublication sets whether new products are published by themselves. The code of the error is CodeAppPublication
// when Shopify lets no one change that.
func (c *Client) UpdatePublication(ctx context.Context, store, publicationID string, autoPublish bool) error {
	type updated struct {
		Publication *struct {
			ID          string `json:"id"`
			AutoPublish bool   `json:"autoPublish"`
		} `json:"publication"`
		userErrors
	}
	_, err := mutate[updated](ctx, c, store, "PublicationUpdate", map[string]any{
		"id": publicationID, "input": map[string]any{"autoPublish": autoPublish},
	})
	return err
}

// PublishedProducts iterates over the ids of the products on a publication, in their order.
func (c *Client) PublishedProducts(ctx context.Context, store, publicationID string) iter.Seq2[string, error] {
	type node struct {
		ID string `json:"id"`
	}
	type data struct {
		Publication *struct {
			ID       string           `json:"id"`
			Products connection[node] `json:"products"`
		} `json:"publication"`
	}
	nodes := pages(ctx, c, store, "PublishedProducts", map[string]any{"publicationId": publicationID}, func(d *data) (*connection[node], error) {
		if d.Publication == nil {
			return nil, notFound("PublishedProducts", "the publication")
		}
		return &d.Publication.Products, nil
	})
	return func(yield func(string, error) bool) {
		for node, err := range nodes {
			if !yield(node.ID, err) {
				return
			}
		}
	}
}

// CountPublishedProducts counts the products on a publication.
func (c *Client) CountPublishedProducts(ctx context.Context, store, publicationID string) (int, error) {
	var answer struct {
		Count *struct {
			Count     int    `json:"count"`
			Precision string `json:"precision"`
		} `json:"publishedProductsCount"`
	}
	err := c.do(ctx, store, "PublishedProductsCount", map[string]any{"publicationId": publicationID}, &answer)
	if err == nil && answer.Count == nil {
		err = notFound("PublishedProductsCount", "the publication")
	}
	if err != nil {
		return 0, err
	}
	return answer.Count.Count, nil
}

// Products iterates over all products of the store, in the order of their ids, and says which are on the publication.
func (c *Client) Products(ctx context.Context, store, publicationID string) iter.Seq2[models.ProductPublication, error] {
	type data struct {
		Products connection[models.ProductPublication] `json:"products"`
	}
	return pages(ctx, c, store, "ProductPublications", map[string]any{"publicationId": publicationID}, func(d *data) (*connection[models.ProductPublication], error) {
		return &d.Products, nil
	})
}

const maxIDs = 250 // in one call

// ProductsPublished says which of the products are on the publication. Products that no longer exist are left out.
func (c *Client) ProductsPublished(ctx context.Context, store, publicationID string, ids []string) ([]models.ProductPublication, error) {
	var products []models.ProductPublication
	for len(ids) > 0 {
		some := ids[:min(len(ids), maxIDs)]
		ids = ids[len(some):]
		var answer struct {
			Nodes []*models.ProductPublication `json:"nodes"`
		}
		if err := c.do(ctx, store, "ProductsPublished", map[string]any{"ids": some, "publicationId": publicationID}, &answer); err != nil {
			return nil, err
		}
		for _, product := range answer.Nodes {
			if product != nil {
				products = append(products, *product)
			}
		}
	}
	return products, nil
}

const (
	publishOperation   = "PublishProduct"
	unpublishOperation = "UnpublishProduct"
)

// publishPayload is what publishing and unpublishing answer, alone and in bulk.
type publishPayload struct {
	Publishable *struct {
		ID        string `json:"id"`
		Published bool   `json:"publishedOnPublication"`
	} `json:"publishable"`
	userErrors
}

// Publish puts a product on a publication.
func (c *Client) Publish(ctx context.Context, store, publicationID, productID string) error {
	_, err := mutate[publishPayload](ctx, c, store, publishOperation, publishVariables(publicationID, productID))
	return err
}

// Unpublish takes a product off a publication.
func (c *Client) Unpublish(ctx context.Context, store, publicationID, productID string) error {
	_, err := mutate[publishPayload](ctx, c, store, unpublishOperation, publishVariables(publicationID, productID))
	return err
}

func publishVariables(publicationID, productID string) map[string]any {
	return map[string]any{"id": productID, "publicationId": publicationID}
}
