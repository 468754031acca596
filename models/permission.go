package models

import "strings"

// Words that scopes of Shopify are made of, as a seller reads them. What is not among them is called by Shopify's own word.
var (
	scopeVerbs   = map[string]string{"read": "see", "write": "change"}
	scopeObjects = map[string]string{
		"legal_policies":     "store policies",
		"product_listings":   "listed products",
		"publications":       "what sales channels show",
		"resource_feedbacks": "setup notices",
	}
)

// splitScopes are the scopes that are missing, of the detail of a problem.
func splitScopes(detail string) []string {
	return strings.FieldsFunc(detail, func(char rune) bool { return char == ',' || char == ' ' })
}

// permissionTo says what scopes of Shopify let the app do, behind "to": "change products" for write_products.
func permissionTo(scopes []string) string {
	phrases := make([]string, len(scopes))
	for i, scope := range scopes {
		phrases[i] = permission(scope)
	}
	switch last := len(phrases) - 1; {
	case last < 0:
		return "do all of its work"
	case last == 0:
		return phrases[0]
	default:
		return strings.Join(phrases[:last], ", ") + " and " + phrases[last]
	}
}

func permission(scope string) string {
	word, object, _ := strings.Cut(scope, "_")
	verb, known := scopeVerbs[word]
	if !known {
		return "use " + strings.ReplaceAll(scope, "_", " ")
	}
	if words, known := scopeObjects[object]; known {
		return verb + " " + words
	}
	return verb + " " + strings.ReplaceAll(object, "_", " ")
}
