package sandbox

import (
	"fmt"
	"maps"
	"slices"
)

const (
	refundPolicy  = "REFUND_POLICY"
	maxPolicyBody = 512<<10 - 1 // bytes
	tooBig        = "TOO_BIG"
)

// policy is a legal text that the store shows to buyers. Only the merchant writes it: the app lacks the scope.
type policy struct {
	ID   int64
	Type string
	Body string
}

// addPolicy gives the store the return policy it begins with, when the catalogue says that there is one.
func (s *Sandbox) addPolicy(w *world) {
	if d := s.options.Catalogue.Definition("returns.policyShown"); d != nil && d.Before == "true" {
		w.putPolicy(&policy{ID: w.nextID(), Type: refundPolicy, Body: "<p>Returns are accepted within 30 days.</p>"})
	}
}

func (w *world) putPolicy(p *policy) {
	w.Policies[p.Type] = p
	w.put("policy", p.Type, p)
}

func (w *world) dropPolicy(kind string) {
	delete(w.Policies, kind)
	w.drop("policy", kind)
}

func policyTypes(types map[string]objectType) {
	types["ShopPolicy"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":   get(func(p *policy) any { return gid("ShopPolicy", p.ID) }),
		"type": get(func(p *policy) any { return p.Type }),
		"body": get(func(p *policy) any { return p.Body }),
		"url":  {resolve: policyURL},
	}}
	types["ShopPolicyUserError"] = userErrorType(true)
	types["ShopPolicyUpdatePayload"] = payloadType("shopPolicy:ShopPolicy", "userErrors:[ShopPolicyUserError]")
	addFields(types["Shop"], map[string]field{
		"shopPolicies": {of: "ShopPolicy", shape: list, nonNull: true, scopes: []string{"read_legal_policies"}, resolve: shopPolicies},
	})
	addFields(types["Mutation"], map[string]field{
		"shopPolicyUpdate": {of: "ShopPolicyUpdatePayload", args: []string{"shopPolicy!"}, scopes: []string{"write_legal_policies"}, resolve: updatePolicy, refusal: tooBig},
	})
}

func policyURL(e *execution, parent any, _ arguments) any {
	return fmt.Sprintf("https://checkout.shopify.com/%d/policies/%d.html?locale=en", e.world.Shop.ID, parent.(*policy).ID)
}

func shopPolicies(e *execution, _ any, _ arguments) any {
	policies := []any{}
	for _, kind := range slices.Sorted(maps.Keys(e.world.Policies)) {
		policies = append(policies, e.world.Policies[kind])
	}
	return policies
}

// updatePolicy writes a policy. One whose text is an empty paragraph is recorded to stay in the list. What an empty
// body does is neither recorded nor documented: here it takes the policy out of the list.
func updatePolicy(e *execution, _ any, args arguments) any {
	input := args.object("shopPolicy")
	kind, _ := input.text("type")
	body, _ := input.text("body")
	if len(body) > maxPolicyBody {
		return refuse(tooBig, "Body is too big (maximum is 512 KB)", "shopPolicy", "body")
	}
	written := &policy{Type: kind, Body: body}
	if present := e.world.Policies[kind]; present != nil {
		written.ID = present.ID
	} else {
		written.ID = e.world.nextID()
	}
	if body == "" {
		e.world.dropPolicy(kind)
	} else {
		e.world.putPolicy(written)
	}
	return done("shopPolicy", written)
}
