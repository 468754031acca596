// Package conformance checks what the program sends to Shopify and TikTok, and what their sandboxes answer, against what the
// platforms publish of their APIs: the schema of the Admin API, and OpenAPI files. These are fetched; nothing of them is in
// this repository.
package conformance

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// Schema is a version of the Admin API.
type Schema struct {
	*ast.Schema

	Scopes map[string][]string // an offline token needs for a type, or for a field such as Product.title
}

// document is what the package has of a version: the answer to an introspection query, and the scopes.
type document struct {
	Data struct {
		Schema introspection `json:"__schema"`
	}
	Scopes struct {
		Items []struct {
			TypeName, FieldName string
			OfflineScopes       []string
		}
	} `json:"offline_scopes"`
}

// LoadSchema reads a version, such as 2026-10, out of the package.
func LoadSchema(archive, version string) (*Schema, error) {
	var d document
	if err := readArchive(archive, "package/dist/data/admin_"+version+".json.gz", &d); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", version, err)
	}
	definitions, err := d.Data.Schema.document()
	if err != nil {
		return nil, err
	}
	schema, err := validator.ValidateSchemaDocument(definitions)
	if err != nil {
		return nil, err
	}
	scopes := map[string][]string{}
	for _, item := range d.Scopes.Items {
		name := item.TypeName
		if item.FieldName != "" {
			name += "." + item.FieldName
		}
		scopes[name] = item.OfflineScopes
	}
	return &Schema{schema, scopes}, nil
}

// readArchive decodes a compressed file of JSON that is in an archive.
func readArchive(archive, name string, into any) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	entries := tar.NewReader(unzipped)
	for {
		entry, err := entries.Next()
		if err == io.EOF {
			return fmt.Errorf("%s is not in the package", name)
		}
		if err != nil {
			return err
		}
		if entry.Name == name {
			return decodeGzip(entries, into)
		}
	}
}

func decodeGzip(compressed io.Reader, into any) error {
	unzipped, err := gzip.NewReader(compressed)
	if err != nil {
		return err
	}
	return json.NewDecoder(unzipped).Decode(into)
}

// document makes definitions of an introspection. What every GraphQL schema has comes from the prelude.
func (i introspection) document() (*ast.SchemaDocument, error) {
	definitions, err := parser.ParseSchema(validator.Prelude)
	if err != nil {
		return nil, err
	}
	definitions.Schema = append(definitions.Schema, &ast.SchemaDefinition{Position: position, OperationTypes: ast.OperationTypeDefinitionList{
		{Operation: ast.Query, Type: i.QueryType.Name, Position: position},
		{Operation: ast.Mutation, Type: i.MutationType.Name, Position: position},
	}})
	for _, t := range i.Types {
		if definitions.Definitions.ForName(t.Name) == nil {
			definitions.Definitions = append(definitions.Definitions, t.definition())
		}
	}
	for _, d := range i.Directives {
		if definitions.Directives.ForName(d.Name) == nil {
			definitions.Directives = append(definitions.Directives, d.definition())
		}
	}
	return definitions, nil
}
