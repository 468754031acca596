package conformance

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// position is that of everything in the schema, which was no text.
var position = &ast.Position{Src: &ast.Source{Name: "the Admin API"}}

type introspection struct {
	QueryType    struct{ Name string }
	MutationType struct{ Name string }
	Types        []typeInfo
	Directives   []directiveInfo
}

type typeInfo struct {
	Kind, Name    string
	Fields        []fieldInfo
	InputFields   []fieldInfo
	Interfaces    []typeReference
	EnumValues    []enumInfo
	PossibleTypes []typeReference
	IsOneOf       bool
}

// fieldInfo is a field, an argument or a member of an input object.
type fieldInfo struct {
	Name         string
	Args         []fieldInfo
	Type         typeReference
	DefaultValue *string
	IsDeprecated bool
}

type enumInfo struct {
	Name         string
	IsDeprecated bool
}

type directiveInfo struct {
	Name         string
	Locations    []string
	Args         []fieldInfo
	IsRepeatable bool
}

type typeReference struct {
	Kind, Name string
	OfType     *typeReference
}

func (r typeReference) definition() *ast.Type {
	switch r.Kind {
	case "NON_NULL":
		inner := r.OfType.definition()
		inner.NonNull = true
		return inner
	case "LIST":
		return ast.ListType(r.OfType.definition(), position)
	}
	return ast.NamedType(r.Name, position)
}

func (t typeInfo) definition() *ast.Definition {
	d := &ast.Definition{Kind: ast.DefinitionKind(t.Kind), Name: t.Name, Position: position}
	for _, f := range append(t.Fields, t.InputFields...) {
		d.Fields = append(d.Fields, f.definition())
	}
	for _, v := range t.EnumValues {
		d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{Name: v.Name, Directives: deprecation(v.IsDeprecated), Position: position})
	}
	for _, i := range t.Interfaces {
		d.Interfaces = append(d.Interfaces, i.Name)
	}
	if t.Kind == "UNION" {
		for _, p := range t.PossibleTypes {
			d.Types = append(d.Types, p.Name)
		}
	}
	if t.IsOneOf {
		d.Directives = append(d.Directives, &ast.Directive{Name: "oneOf", Position: position})
	}
	return d
}

func (f fieldInfo) definition() *ast.FieldDefinition {
	return &ast.FieldDefinition{
		Name: f.Name, Arguments: arguments(f.Args), Type: f.Type.definition(), DefaultValue: parseValue(f.DefaultValue),
		Directives: deprecation(f.IsDeprecated), Position: position,
	}
}

func arguments(infos []fieldInfo) ast.ArgumentDefinitionList {
	var list ast.ArgumentDefinitionList
	for _, a := range infos {
		list = append(list, &ast.ArgumentDefinition{
			Name: a.Name, Type: a.Type.definition(), DefaultValue: parseValue(a.DefaultValue), Directives: deprecation(a.IsDeprecated), Position: position,
		})
	}
	return list
}

func (d directiveInfo) definition() *ast.DirectiveDefinition {
	definition := &ast.DirectiveDefinition{Name: d.Name, Arguments: arguments(d.Args), IsRepeatable: d.IsRepeatable, Position: position}
	for _, l := range d.Locations {
		definition.Locations = append(definition.Locations, ast.DirectiveLocation(l))
	}
	return definition
}

func deprecation(deprecated bool) ast.DirectiveList {
	if !deprecated {
		return nil
	}
	return ast.DirectiveList{{Name: "deprecated", Position: position}}
}

// parseValue reads a default value, which is written as in a document.
func parseValue(text *string) *ast.Value {
	if text == nil {
		return nil
	}
	document, err := parser.ParseQuery(&ast.Source{Input: "{f(a:" + *text + ")}"})
	if err != nil {
		return nil
	}
	return document.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value
}
