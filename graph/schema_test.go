package graph_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	gql "github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/handback/handback/graph"
)

var update = flag.Bool("update", false, "write docs/schema.graphql anew")

func schema() *gql.Schema { return graph.NewExecutableSchema(graph.Config{}).Schema() }

// TestSchemaMatchesGoldenFile keeps the whole schema in one file, so that a change of the API is seen as one. The admin's tests have
// the present one break none of the file's earlier versions.
func TestSchemaMatchesGoldenFile(t *testing.T) {
	const golden = "../docs/schema.graphql"
	var printed bytes.Buffer
	formatter.NewFormatter(&printed, formatter.WithIndent("  ")).FormatSchema(schema())
	if *update {
		require.NoError(t, os.WriteFile(golden, printed.Bytes(), 0o644))
	}
	recorded, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(recorded), printed.String(), "the schema has changed: run with -update and read the difference")
}

// TestSchemaDescribesEveryElement: clients learn the API from its descriptions.
func TestSchemaDescribesEveryElement(t *testing.T) {
	for name, definition := range schema().Types {
		if definition.BuiltIn {
			continue
		}
		require.NotEmpty(t, definition.Description, name)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			require.NotEmpty(t, field.Description, name+"."+field.Name)
			for _, argument := range field.Arguments {
				require.NotEmpty(t, argument.Description, name+"."+field.Name+"("+argument.Name+":)")
			}
		}
		for _, value := range definition.EnumValues {
			require.NotEmpty(t, value.Description, name+"."+value.Name)
		}
	}
}

// TestEnumsMatchModels: gqlgen writes out any string a model holds, so nothing else keeps the two alike.
func TestEnumsMatchModels(t *testing.T) {
	constants := modelConstants(t)
	for name, definition := range schema().Types {
		if definition.Kind != gql.Enum || definition.BuiltIn {
			continue
		}
		var values []string
		for _, value := range definition.EnumValues {
			values = append(values, value.Name)
		}
		slices.Sort(values)
		model := strings.Replace(name, "Api", "API", 1) // as Go writes it
		slices.Sort(constants[model])
		require.Equal(t, values, constants[model], "constants of models.%s", model)
	}
}

// modelConstants reads the values of package models' typed string constants, by type.
func modelConstants(t *testing.T) map[string][]string {
	files, err := filepath.Glob("../models/*.go")
	require.NoError(t, err)
	constants := map[string][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			typeName, typed := spec.Type.(*ast.Ident)
			literal, isLiteral := spec.Values[0].(*ast.BasicLit)
			if typed && isLiteral && literal.Kind == token.STRING {
				value, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				constants[typeName.Name] = append(constants[typeName.Name], value)
			}
			return true
		})
	}
	return constants
}

// TestResolvedFieldsAreComplete: a field that a resolver method answers, or that is read off a struct field of another name,
// must not be read off one of its own. One that has arguments may, where none is given; then the method gives the same,
// which the tests of the encoder compare.
func TestResolvedFieldsAreComplete(t *testing.T) {
	text, err := os.ReadFile("../gqlgen.yml")
	require.NoError(t, err)
	var config struct {
		Models map[string]struct {
			Fields map[string]struct {
				FieldName string `yaml:"fieldName"`
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &config))
	found := []string{}
	types := graph.NewSchema(nil).Executable.Schema().Types
	for object, model := range config.Models {
		for field, binding := range model.Fields {
			if binding.FieldName != "" && len(types[object].Fields.ForName(field).Arguments) == 0 {
				found = append(found, strings.ToLower(object+"."+field))
			}
		}
	}
	for method := range reflect.TypeFor[graph.ResolverRoot]().Methods() {
		for resolver := range method.Type.Out(0).Methods() {
			const fixed = 2 // parameters: context and object
			if !slices.Contains([]string{"Query", "Mutation", "Subscription"}, method.Name) && resolver.Type.NumIn() == fixed {
				found = append(found, strings.ToLower(method.Name+"."+resolver.Name))
			}
		}
	}
	listed := []string{}
	for _, field := range graph.NewSchema(nil).ResolvedFields {
		listed = append(listed, strings.ToLower(field))
	}
	require.ElementsMatch(t, found, listed)
}
