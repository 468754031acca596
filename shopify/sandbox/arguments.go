package sandbox

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// arguments are those of a field, with variables filled in. One whose variable is not given is not there.
type arguments map[string]any

func argumentsOf(f *ast.Field, variables map[string]any) arguments {
	args := arguments{}
	for _, argument := range f.Arguments {
		if argument.Value.Kind == ast.Variable {
			if value, ok := variables[argument.Value.Raw]; ok {
				args[argument.Name] = value
			}
			continue
		}
		if value, err := argument.Value.Value(variables); err == nil {
			args[argument.Name] = value
		}
	}
	return args
}

func (a arguments) text(name string) (string, bool) {
	text, ok := a[name].(string)
	return text, ok
}

func (a arguments) flag(name string) bool {
	on, _ := a[name].(bool)
	return on
}

func (a arguments) number(name string) (int, bool) {
	switch n := a[name].(type) {
	case int64:
		return int(n), true
	case float64:
		return int(n), n == float64(int(n))
	}
	return 0, false
}

func (a arguments) object(name string) arguments {
	members, _ := a[name].(map[string]any)
	return members
}

// list returns the entries of a list. A single value stands for a list of it.
func (a arguments) list(name string) []any {
	switch value := a[name].(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		return []any{value}
	}
}

func (a arguments) objects(name string) []arguments {
	var objects []arguments
	for _, entry := range a.list(name) {
		members, _ := entry.(map[string]any)
		objects = append(objects, members)
	}
	return objects
}

func (a arguments) texts(name string) []string {
	texts := []string{}
	for _, entry := range a.list(name) {
		text, _ := entry.(string)
		texts = append(texts, text)
	}
	return texts
}

// target is what a call with these arguments is about: the id, or else the name that tells it from others.
func (a arguments) target() string {
	for _, name := range []string{"id", "publicationId", "locationId", "handle", "topic"} {
		if text, ok := a.text(name); ok {
			return text
		}
	}
	for _, name := range []string{"input", "metafields", "product"} {
		for _, object := range a.objects(name) {
			for _, member := range []string{"id", "channelId", "ownerId", "handle", "accountId"} {
				if text, ok := object.text(member); ok {
					return text
				}
			}
		}
	}
	if ids := a.texts("ids"); len(ids) > 0 {
		return strings.Join(ids[:1], "")
	}
	return ""
}
