package sandbox

import "github.com/vektah/gqlparser/v2/ast"

// graphQLError is an error beside the data.
type graphQLError struct {
	Message    string         `json:"message"`
	Locations  []location2D   `json:"locations,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

type location2D struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func apiError(code, message string) *graphQLError {
	return &graphQLError{Message: message, Extensions: map[string]any{"code": code}}
}

// at says where in the document and in the data the error is.
func (e *graphQLError) at(position *ast.Position, path []any) *graphQLError {
	if position != nil {
		e.Locations = []location2D{{position.Line, position.Column}}
	}
	e.Path = path
	return e
}

func invalidID(raw any) *graphQLError {
	text, _ := raw.(string)
	return apiError("RESOURCE_NOT_FOUND", "Invalid id: "+text)
}

func accessDenied(fieldName, scope string) *graphQLError {
	required := "`" + scope + "` access scope."
	e := apiError("ACCESS_DENIED", "Access denied for "+fieldName+" field. Required access: "+required)
	e.Extensions["documentation"] = "https://shopify.dev/api/usage/access-scopes"
	e.Extensions["requiredAccess"] = required
	return e
}

func throttledError() *graphQLError {
	e := apiError(string(Throttled), "Throttled")
	e.Extensions["documentation"] = "https://shopify.dev/api/usage/rate-limits"
	return e
}

// userError is a reason a mutation gives for doing nothing.
type userError struct {
	field   []string // nil when the reason is about no field
	message string
	code    string // "" of those that have none
	index   int
}

// refuse is a payload with a reason, whose other members are null.
func refuse(code, message string, path ...string) payload {
	return payload{"userErrors": []any{userError{field: path, message: message, code: code}}}
}

// done is a payload without reasons.
func done(member string, value any) payload { return payload{member: value, "userErrors": []any{}} }

// userErrorType makes the type of a mutation's reasons.
func userErrorType(coded bool) objectType {
	t := objectType{interfaces: []string{"DisplayableError"}, fields: map[string]field{
		"field": get(func(e userError) any {
			if e.field == nil {
				return nil
			}
			return e.field
		}),
		"message": get(func(e userError) any { return e.message }),
	}}
	if coded {
		t.fields["code"] = get(func(e userError) any { return orNull(e.code) })
	}
	return t
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
