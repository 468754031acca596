package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// gqlparser turns number literals into int64 and float64, which loses digits and fails on long ones. So while a
// document is validated, before anything evaluates its literals, every number literal of a SettingValue is
// replaced by a mark that is evaluated to {"<digits>": int64(0)}. Nothing else gives that: names in documents do
// not begin as numbers do, and numbers in variables are json.Number.

// numberLiteralsRule is no rule: it is how something can be done to a document while it is validated.
func numberLiteralsRule(observers *validator.Events, addError validator.AddErrFunc) {
	observers.OnValue(func(_ *validator.Walker, value *ast.Value) {
		if value.Definition == nil || value.Definition.Name != "SettingValue" {
			return
		}
		markNumberLiterals(value, func(name *ast.Value) {
			addError(validator.Message("SettingValue cannot be a name: write strings in quotes."), core.At(name.Position))
		})
	})
}

func markNumberLiterals(value *ast.Value, reject func(name *ast.Value)) {
	switch value.Kind {
	case ast.EnumValue: // JSON has no names
		reject(value)
	case ast.IntValue, ast.FloatValue:
		digits := &ast.ChildValue{Name: value.Raw, Value: &ast.Value{Kind: ast.IntValue, Raw: "0"}}
		value.Kind, value.Raw, value.Children = ast.ObjectValue, "", ast.ChildValueList{digits}
		return
	}
	for _, child := range value.Children {
		if !beginsAsNumber(child.Name) { // a fragment may be walked more than once
			markNumberLiterals(child.Value, reject)
		}
	}
}

func beginsAsNumber(name string) bool {
	return name != "" && (name[0] == '-' || '0' <= name[0] && name[0] <= '9')
}

// markedNumber returns the digits that markNumberLiterals kept in this mark, if it is one.
func markedNumber(object map[string]any) (digits string, ok bool) {
	if len(object) != 1 {
		return "", false
	}
	for name, member := range object {
		_, ok = member.(int64)
		digits = name
	}
	return digits, ok && beginsAsNumber(digits)
}
