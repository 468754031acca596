// Package graph is the GraphQL API and nothing else: it translates arguments and errors, and calls a repository.
package graph

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/handback/handback/models"
)

// Schema is the API, and what whoever serves it must know of it.
type Schema struct {
	Executable graphql.ExecutableSchema
	// Rules are asked of every document beside those of the specification.
	Rules []core.Rule
	// ResolvedFields are the fields, as Type.field, that a resolver method answers, and those that are read off a struct
	// field of another name. A field whose method only selects by arguments among what the struct field has is none.
	ResolvedFields []string
	// RawScalars are the scalars whose values are strings of JSON already. An empty one stands for null.
	RawScalars []string
	// LongestSlice is how many elements an argument of @listSize(slicingArguments:) can ask for at most.
	LongestSlice int
	// SecretMutations have answers that must not be stored.
	SecretMutations []string
}

// NewSchema makes the API that the resolver answers.
func NewSchema(resolver *Resolver) Schema {
	return Schema{
		Executable: NewExecutableSchema(Config{Resolvers: resolver}),
		Rules:      []core.Rule{{Name: "NumberLiterals", RuleFunc: numberLiteralsRule}},
		ResolvedFields: []string{
			"AcceptExceptionsPayload.disconnection", "RetryDisconnectionPayload.disconnection",
			"ConnectPreviewChange.definition", "Store.connectPreview", "Store.dailyLimits",
			"ConnectTikTokShopPayload.account", "ConnectTikTokShopPayload.overview",
			"DisconnectTikTokShopPayload.account", "DisconnectTikTokShopPayload.disconnection", "DisconnectTikTokShopPayload.overview",
			"Event.cursor", "Problem.definition", "Restoration.snapshot", "Restoration.edits", "Restoration.certificate", "RestorationException.definition",
			"Setting.definition", "SettingChange.definition", "SettingDefinition.description", "SettingDefinition.type",
		},
		RawScalars:      []string{"SettingValue"},
		LongestSlice:    models.MaxPage,
		SecretMutations: []string{"createApiKey", "rotateApiKey", "createWebhookEndpoint", "rotateWebhookSecret"},
	}
}
