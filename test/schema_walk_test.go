package test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/test/program"
)

// selectAll selects all that there is below a type, as deep as no type comes twice.
func selectAll(schema *ast.Schema, of *ast.Definition, above ...string) string {
	if of.Kind != ast.Interface {
		return strings.Join(selectFields(schema, of, above...), " ")
	}
	var parts []string
	for _, possible := range schema.GetPossibleTypes(of) {
		for _, field := range selectFields(schema, possible, above...) { // of different types, some with the same name
			name := field[:strings.IndexAny(field+" ", " (")]
			parts = append(parts, "... on "+possible.Name+" { "+possible.Name+"_"+name+": "+field+" }")
		}
	}
	return strings.Join(parts, " ")
}

func selectFields(schema *ast.Schema, of *ast.Definition, above ...string) (fields []string) {
	above = append(slices.Clip(above), of.Name)
	for _, field := range of.Fields {
		fieldType := schema.Types[field.Type.Name()]
		switch {
		case strings.HasPrefix(field.Name, "__"), hasRequiredArguments(field):
		case fieldType.IsLeafType():
			fields = append(fields, field.Name)
		case field.Name == "edges" && of.Fields.ForName("nodes") != nil: // which have the same objects
			fields = append(fields, "edges { cursor }")
		case fieldType.Name == "SettingDefinition": // the same in every store, and selected in many places
			fields = append(fields, field.Name+" { title }")
		case fieldType.Name == "Problem": // selected in many places
			fields = append(fields, field.Name+" { message platformMessage }")
		case field.Name == "edits": // parts of changes, which are selected beside them
			fields = append(fields, "edits { key before after }")
		case !slices.Contains(above, fieldType.Name):
			fields = append(fields, field.Name+pageOf(field)+" { "+selectAll(schema, fieldType, above...)+" }")
		}
	}
	return fields
}

func hasRequiredArguments(field *ast.FieldDefinition) bool {
	return slices.ContainsFunc(field.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
}

// pageOf asks for less of a list than it has, of all of which the whole would cost too much.
func pageOf(field *ast.FieldDefinition) string {
	switch {
	case field.Arguments.ForName("first") == nil:
		return ""
	case field.Name == "deliveries": // of each webhook endpoint, and each with all that an event has
		return "(first: 1)"
	}
	return "(first: 2)"
}

// readableTexts are the texts in all that a caller may read.
func readableTexts(t *testing.T, schema *ast.Schema, of program.Client) map[string]bool {
	t.Helper()
	leaves := map[string]bool{}
	for _, field := range schema.Query.Fields {
		if strings.HasPrefix(field.Name, "__") || hasRequiredArguments(field) {
			continue
		}
		query := `{ ` + field.Name + pageOf(field) + ` { ` + selectAll(schema, schema.Types[field.Type.Name()]) + ` } }`
		answer := of.Call(query)
		if answer.Status == http.StatusForbidden {
			continue
		}
		var data any
		require.NoError(t, json.Unmarshal([]byte(of.Data(query)), &data))
		collectLeaves(data, leaves)
	}
	return leaves
}

func collectLeaves(data any, leaves map[string]bool) {
	switch data := data.(type) {
	case map[string]any:
		for _, value := range data {
			collectLeaves(value, leaves)
		}
	case []any:
		for _, value := range data {
			collectLeaves(value, leaves)
		}
	case string:
		if len(data) > 4 {
			leaves[data] = true
		}
	}
}

// requireAllArgumentsTried fails when the schema has an argument that was not thought of.
func requireAllArgumentsTried(t *testing.T, schema *ast.Schema, tried map[string]bool) {
	t.Helper()
	check := func(where string, arguments ast.ArgumentDefinitionList) {
		for _, argument := range arguments {
			about := where + "(" + argument.Name + ")"
			require.True(t, tried[about] || slices.Contains(harmless, about), "can %s name something of another store?", about)
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			if !strings.HasPrefix(definition.Name, "__") && !strings.HasPrefix(field.Name, "__") {
				check(definition.Name+"."+field.Name, field.Arguments)
			}
		}
	}
	for _, directive := range schema.Directives {
		if slices.Contains(directive.Locations, ast.LocationField) {
			check("@"+directive.Name, directive.Arguments)
		}
	}
	for _, field := range schema.Mutation.Fields {
		about := "Mutation." + field.Name + "("
		namesNothing := !slices.ContainsFunc(field.Arguments, func(argument *ast.ArgumentDefinition) bool {
			return !slices.Contains(harmless, about+argument.Name+")")
		})
		called := slices.ContainsFunc(slices.Collect(maps.Keys(tried)), func(tried string) bool { return strings.HasPrefix(tried, about) })
		require.True(t, called || namesNothing || field.Name == "updateSettings", "Mutation.%s is not called", field.Name)
	}
}
