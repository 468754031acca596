package shopify

import (
	"context"
	"slices"

	"github.com/handback/handback/models"
)

// SettingRepository is the part of a repository that reads settings and edits them.
type SettingRepository interface {
	Settings(ctx context.Context, caller models.Caller, filter models.SettingFilter) ([]models.Setting, error)
	UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, error)
}

// FreshSettings is a SettingRepository for which the store is read at Shopify before settings that live there are edited: what an edit
// changes is what the store has, and what was edited in the Shopify admin is told as that.
type FreshSettings struct {
	SettingRepository

	Stores    *Stores
	Catalogue models.Catalogue
}

// UpdateSettings implements graph.SettingRepository.
func (f *FreshSettings) UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, error) {
	if slices.ContainsFunc(inputs, func(input models.SettingInput) bool {
		definition := f.Catalogue.Definition(input.Key)
		return definition != nil && definition.Source == models.SourceShopify
	}) {
		_ = f.Stores.Refresh(ctx, caller.Store) // which is logged
	}
	return f.SettingRepository.UpdateSettings(ctx, caller, inputs)
}
