package endpoint

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
)

const (
	unconfirmed = `disconnectTikTokShop(confirm: false) { userErrors { code } }`
	unknownKeys = `updateSettings(settings: [{ key: "a", value: 1 }, { key: "b", value: 1 }, { key: "order.tags", value: 1 }])`
)

var (
	confirmationRequired = Refusal{"disconnectTikTokShop", "CONFIRMATION_REQUIRED"}
	unknownSetting       = Refusal{"updateSettings", "UNKNOWN_SETTING"}
	invalidValue         = Refusal{"updateSettings", "INVALID_VALUE"}
)

// TestRefusalsAreObserved whatever the answer shows of them, and each code once.
func TestRefusalsAreObserved(t *testing.T) {
	s := serveSQLite(t, nil)
	for i, test := range []struct {
		query string
		want  []Refusal
	}{
		{`mutation { ` + unconfirmed + ` }`, []Refusal{confirmationRequired}},
		{`mutation { updateSettings: disconnectTikTokShop(confirm: false) { overview { tikTokShop { status } } } }`, []Refusal{confirmationRequired}},
		{`mutation { ` + unknownKeys + ` { settings { key } } }`, []Refusal{unknownSetting, invalidValue}},
		{`mutation { a: ` + unconfirmed + ` b: ` + unconfirmed + ` c: ` + unknownKeys + ` { __typename } }`, []Refusal{confirmationRequired, unknownSetting, invalidValue}},
		{`mutation { createApiKey(name: "", scopes: []) { userErrors { code } } revokeApiKey(id: "x") { userErrors { code } } }`,
			[]Refusal{{"createApiKey", "INVALID_NAME"}, {"createApiKey", "SCOPES_REQUIRED"}, {"revokeApiKey", "API_KEY_NOT_FOUND"}}},
		{`mutation { connectTikTokShop(authorizationCode: "x") { userErrors { code } } }`, []Refusal{{"connectTikTokShop", "AUTHORIZATION_INVALID"}}},
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
	for i, want := range [][]Refusal{{confirmationRequired}, nil} {
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
	require.Contains(t, all, Refusal{"disconnectTikTokShop", "SNAPSHOT_DAMAGED"})
	require.Subset(t, all, []Refusal{confirmationRequired, unknownSetting, invalidValue})
	require.IsIncreasing(t, func() (names []string) {
		for _, refusal := range all {
			names = append(names, refusal.Mutation+" "+refusal.Code)
		}
		return names
	}())
}
