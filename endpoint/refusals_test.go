package endpoint

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

const (
	unconfirmed = `disconnectTikTokShop(confirm: false) { userErrors { code } }`
	unknownKeys = `updateSettings(settings: [{ key: "a", value: 1 }, { key: "b", value: 1 }, { key: "order.tags", value: 1 }])`
)

var (
	confirmationRequired = models.RefusedMutation{Mutation: "disconnectTikTokShop", Code: "CONFIRMATION_REQUIRED"}
	unknownSetting       = models.RefusedMutation{Mutation: "updateSettings", Code: "UNKNOWN_SETTING"}
	invalidValue         = models.RefusedMutation{Mutation: "updateSettings", Code: "INVALID_VALUE"}
)

// TestRefusalsAreObserved whatever the answer shows of them, and each code once.
func TestRefusalsAreObserved(t *testing.T) {
	s := serveSQLite(t, nil)
	for i, test := range []struct {
		query string
		want  []models.RefusedMutation
	}{
		{`mutation { ` + unconfirmed + ` }`, []models.RefusedMutation{confirmationRequired}},
		{`mutation { updateSettings: disconnectTikTokShop(confirm: false) { overview { tikTokShop { status } } } }`, []models.RefusedMutation{confirmationRequired}},
		{`mutation { ` + unknownKeys + ` { settings { key } } }`, []models.RefusedMutation{unknownSetting, invalidValue}},
		{`mutation { a: ` + unconfirmed + ` b: ` + unconfirmed + ` c: ` + unknownKeys + ` { __typename } }`, []models.RefusedMutation{confirmationRequired, unknownSetting, invalidValue}},
		{`mutation { createApiKey(name: "", scopes: []) { userErrors { code } } revokeApiKey(id: "x") { userErrors { code } } }`,
			[]models.RefusedMutation{{Mutation: "createApiKey", Code: "INVALID_NAME"}, {Mutation: "createApiKey", Code: "SCOPES_REQUIRED"}, {Mutation: "revokeApiKey", Code: "API_KEY_NOT_FOUND"}}},
		{`mutation { connectTikTokShop(authorizationCode: "x") { userErrors { code } } }`, []models.RefusedMutation{{Mutation: "connectTikTokShop", Code: "AUTHORIZATION_INVALID"}}},
		{`mutation { updateSettings(settings: []) { userErrors { code } } }`, nil},
		{`{ settings { key } }`, nil},
	} {
		a := s.post(test.query, nil)
		require.Empty(t, a.Errors, a.text)
		o := s.lastObserved(i + 1)
		require.Equal(t, test.want, o.Refusals, test.query)
		require.Empty(t, o.Code)
	}
}

// TestReplayedRefusalIsObservedOnce: an answer that is stored refuses nothing anew.
func TestReplayedRefusalIsObservedOnce(t *testing.T) {
	s := serveSQLite(t, nil)
	for i, want := range [][]models.RefusedMutation{{confirmationRequired}, nil} {
		a := s.post(`mutation { disconnectTikTokShop(confirm: false) @idempotent(key: "key-of-16-characters") { userErrors { code } } }`, nil)
		require.Empty(t, a.Errors, a.text)
		o := s.lastObserved(i + 1)
		require.Equal(t, want, o.Refusals)
		require.Equal(t, want == nil, o.Replayed)
	}
}

// TestRefusalThatIsNotAnsweredIsNotObserved: when the answer cannot be stored, that is what is told.
func TestRefusalThatIsNotAnsweredIsNotObserved(t *testing.T) {
	s := serveSQLite(t, func(o *Options) {
		o.Once = func(ctx context.Context, _ models.Caller, _ models.IdempotentRequest, do func(context.Context) ([]byte, error)) ([]byte, bool, error) {
			_, err := do(ctx)
			return nil, false, errors.Join(err, models.ErrTryAgain)
		}
	})
	a := s.post(`mutation { disconnectTikTokShop(confirm: false) @idempotent(key: "key-of-16-characters") { userErrors { code } } }`, nil)
	require.Equal(t, codeTryAgain, a.code())
	require.Empty(t, s.lastObserved(1).Refusals)
}

// TestRefusalsOfSchema: every mutation has user errors whose codes are known, and what is observed is among them.
func TestRefusalsOfSchema(t *testing.T) {
	all := Refusals(emptySchema)
	mutations := map[string]bool{}
	for _, refusal := range all {
		mutations[refusal.Mutation] = true
	}
	require.Len(t, mutations, len(emptySchema.Executable.Schema().Mutation.Fields))
	require.Contains(t, all, models.RefusedMutation{Mutation: "disconnectTikTokShop", Code: "SNAPSHOT_DAMAGED"})
	require.Subset(t, all, []models.RefusedMutation{confirmationRequired, unknownSetting, invalidValue})
	require.IsIncreasing(t, func() (names []string) {
		for _, refusal := range all {
			names = append(names, refusal.Mutation+" "+refusal.Code)
		}
		return names
	}())
}
