package graph

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"github.com/handback/handback/models"
)

// SettingInput is the API's input of this name. It knows a value that is null from one that was not sent.
type SettingInput struct {
	Key             string
	Value, Expected graphql.Omittable[*models.Value]
}

func settingInputs(inputs []SettingInput) ([]models.SettingInput, error) {
	if len(inputs) > models.MaxEdited {
		return nil, &models.BadInput{Argument: "settings", Problem: fmt.Sprintf("must be %d at most", models.MaxEdited)}
	}
	list := make([]models.SettingInput, len(inputs))
	for i, input := range inputs {
		list[i] = models.SettingInput{Key: input.Key, Value: orZero(input.Value.Value()), Omitted: !input.Value.IsSet()}
		if input.Expected.IsSet() {
			expected := orZero(input.Expected.Value())
			list[i].Expected = &expected
		}
	}
	return list, nil
}

// orZero is what the pointer points to, the zero value when it is nil.
func orZero[T any](pointer *T) (value T) {
	if pointer != nil {
		value = *pointer
	}
	return value
}
