package sandbox_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// policies lists the types of the store's policies.
func (a *app) policies() []any {
	a.t.Helper()
	types := []any{}
	for _, node := range a.do("ShopPolicies", nil).at("shop.shopPolicies").([]any) {
		types = append(types, node.(map[string]any)["type"])
	}
	return types
}

func (a *app) writePolicy(kind, body string) reply {
	return a.merchant(`mutation { shopPolicyUpdate(shopPolicy: {type: ` + kind + `, body: "` + body + `"}) { shopPolicy { id type body url } userErrors { field message code } } }`)
}

func TestMerchantTakesPolicyAwayAndBringsItBack(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl"), APISecret: "secret"}
	a := install(t, options)
	require.Equal(t, []any{"REFUND_POLICY"}, a.policies())
	a.writePolicy("REFUND_POLICY", "")
	require.Empty(t, a.policies())
	a = a.restart(options)
	require.Empty(t, a.policies(), "from the line that was appended")
	written := a.writePolicy("REFUND_POLICY", "<p>Within 14 days.</p>").at("shopPolicyUpdate.shopPolicy.url")
	a.writePolicy("PRIVACY_POLICY", "<p></p>")
	for range 2 { // from the lines that were appended, and from the file that was written anew
		a = a.restart(options)
		require.Equal(t, []any{"PRIVACY_POLICY", "REFUND_POLICY"}, a.policies())
		require.Equal(t, written, a.do("ShopPolicies", nil).at("shop.shopPolicies.1.url"))
	}
}

func TestPolicyThatIsTooBigIsRefused(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.writePolicy("REFUND_POLICY", strings.Repeat("x", 512<<10-1))
	requireRefused(t, a.writePolicy("REFUND_POLICY", strings.Repeat("y", 512<<10)), "shopPolicyUpdate", "TOO_BIG", "shopPolicy", "body")
	require.Contains(t, a.do("ShopPolicies", nil).at("shop.shopPolicies.0.body"), "x")
}

func TestPoliciesAreReadWithTheScopeAndWrittenByTheMerchantOnly(t *testing.T) {
	a := install(t, sandbox.Options{})
	const write = `mutation { shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: ""}) { userErrors { message } } }`
	require.Equal(t, "`write_legal_policies` access scope.", a.doText(write, nil).Errors[0].Extensions["requiredAccess"])
	require.Len(t, a.policies(), 1)
	a.sandbox.Grant(store, "read_products")
	require.Equal(t, "`read_legal_policies` access scope.", a.do("ShopPolicies", nil).Errors[0].Extensions["requiredAccess"])
}
