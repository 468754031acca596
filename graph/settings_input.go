package graph

import (
	"github.com/99designs/gqlgen/graphql"

	"handback/models"
)

// SettingInput is the API's input of this name. It knows a value that is null from one that was not sent.
type SettingInput struct {
	Key   string
	Value graphql.Omittable[*models.Value]
}

func settingFilter(scope *models.SettingScope, key *string, values models.ValueDetail) models.SettingFilter {
	filter := models.SettingFilter{Values: values}
	if scope != nil {
		filter.Scope = *scope
	}
	if key != nil {
		filter.Key = *key
	}
	return filter
}

// changesOf returns those of the setting, all of them when none is named.
func changesOf(changes []models.SettingChange, key *string) []models.SettingChange {
	if key == nil {
		return changes
	}
	of := []models.SettingChange{}
	for _, change := range changes {
		if change.Key == *key {
			of = append(of, change)
		}
	}
	return of
}

func settingInputs(inputs []SettingInput) []models.SettingInput {
	list := make([]models.SettingInput, len(inputs))
	for i, input := range inputs {
		list[i] = models.SettingInput{Key: input.Key, Omitted: !input.Value.IsSet()}
		if value := input.Value.Value(); value != nil {
			list[i].Value = *value
		}
	}
	return list
}
