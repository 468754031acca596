package endpoint

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/models"
)

// By convention the payload of a mutation has its refusals in this field, as models.Refusal has them, and those have a
// code from an enum of the schema.
const (
	userErrorsField  = "userErrors"
	userErrorsStruct = "UserErrors"
	userErrorCode    = "code"
)

// Refusals are all that the schema knows, in order.
func Refusals(schema Schema) []models.RefusedMutation {
	var all []models.RefusedMutation
	definitions := schema.Executable.Schema()
	for _, mutation := range definitions.Mutation.Fields {
		for _, code := range refusalCodes(definitions, mutation) {
			all = append(all, models.RefusedMutation{Mutation: mutation.Name, Code: code.Name})
		}
	}
	slices.SortFunc(all, func(a, b models.RefusedMutation) int {
		return cmp.Or(cmp.Compare(a.Mutation, b.Mutation), cmp.Compare(a.Code, b.Code))
	})
	return all
}

func refusalCodes(schema *ast.Schema, mutation *ast.FieldDefinition) ast.EnumValueList {
	userErrors := schema.Types[mutation.Type.Name()].Fields.ForName(userErrorsField)
	if userErrors == nil {
		return nil
	}
	code := schema.Types[userErrors.Type.Name()].Fields.ForName(userErrorCode)
	return schema.Types[code.Type.Name()].EnumValues
}

// noteRefusals takes down what a mutation's payload says, instead of what an earlier attempt at the same field said. The
// fields of a mutation are carried out one by one.
func (e *execution) noteRefusals(field *graphql.FieldContext, payload any) {
	if field.Object != "Mutation" {
		return
	}
	e.takeDown(field.Field.Field, codesOf(payload))
}

// takeDown remembers the codes that the field was refused with, none when it was not.
func (e *execution) takeDown(field *ast.Field, codes []string) {
	if len(codes) == 0 {
		delete(e.refusals, field.Alias)
		return
	}
	if e.refusals == nil {
		e.refusals = map[string][]models.RefusedMutation{}
	}
	refusals := make([]models.RefusedMutation, len(codes))
	for i, code := range codes {
		refusals[i] = models.RefusedMutation{Mutation: field.Name, Code: code}
	}
	e.refusals[field.Alias] = refusals
}

// codesBy are the codes that the field of an alias was refused with.
func (e *execution) codesBy(alias string) []string {
	codes := make([]string, len(e.refusals[alias]))
	for i, refusal := range e.refusals[alias] {
		codes[i] = refusal.Code
	}
	return codes
}

// toldRefusals are the refused fields of the answer, each with its codes, as clients read them: "alias: updateSettings (STALE_VALUE)".
func (e *execution) toldRefusals() (list []string) {
	for _, alias := range slices.Sorted(maps.Keys(e.refusals)) {
		name := ""
		if mutation := e.refusals[alias][0].Mutation; mutation != alias {
			name = ": " + mutation
		}
		list = append(list, alias+name+" ("+strings.Join(e.codesBy(alias), ", ")+")")
	}
	return list
}

// forgetRefusals is for a field that is not answered with what its resolver gave.
func (e *execution) forgetRefusals(alias string) { delete(e.refusals, alias) }

// codesOf are the different codes of a payload's refusals.
func codesOf(payload any) []string {
	value := reflect.Indirect(reflect.ValueOf(payload))
	if value.Kind() != reflect.Struct {
		return nil
	}
	userErrors := value.FieldByName(userErrorsStruct)
	if userErrors.Kind() != reflect.Slice {
		return nil
	}
	var codes []string
	for i := range userErrors.Len() {
		refusal, ok := reflect.TypeAssert[interface{ RefusalCode() string }](userErrors.Index(i).Addr())
		if ok && !slices.Contains(codes, refusal.RefusalCode()) {
			codes = append(codes, refusal.RefusalCode())
		}
	}
	return codes
}

// refused are the refusals of the operation, each once, by the order of their fields' names in the answer.
func (e *execution) refused() []models.RefusedMutation {
	var all []models.RefusedMutation
	for _, alias := range slices.Sorted(maps.Keys(e.refusals)) {
		for _, refusal := range e.refusals[alias] {
			if !slices.Contains(all, refusal) {
				all = append(all, refusal)
			}
		}
	}
	return all
}
