package endpoint

import (
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// document is a document that was read, is within the limits, and is valid.
type document struct {
	*ast.QueryDocument
	needs  map[*ast.OperationDefinition]needs
	steady bool     // what is found out about it holds each time, and is not much longer than its text
	known  sync.Map // by place: what is found out once
}

// place is where something is found out: of a field of an operation, for values of a type.
type place struct {
	operation *ast.OperationDefinition
	top       *ast.Field // the field of the whole operation that it is, or is a field of
	object    string     // the type that has it
	field     *ast.Field
	actual    reflect.Type
}

// placeOf reports, too, whether what is selected there is the same each time: a field of the whole operation is carried out
// once in one, and what stands right below it has one set of selections for each type. Further down, one field of a
// fragment may stand in several places, among others each time.
func placeOf(operation *ast.OperationDefinition, its *graphql.FieldContext, actual reflect.Type) (at place, steady bool) {
	top := its
	if !atTop(top) {
		for top = its.Parent; top.Index != nil; top = top.Parent { // of a list
		}
	}
	return place{operation, top.Field.Field, its.Object, its.Field.Field, actual}, atTop(top)
}

// writtenOut is how many bytes of a document there must be for each of its nodes, with every fragment written out, for
// something to be remembered of it. Else a short text would take much memory.
const writtenOut = 4

// remember returns what find returns about the field: where that is the same each time, the first time and from then on.
func remember[T any](d *document, operation *ast.OperationDefinition, its *graphql.FieldContext, actual reflect.Type, find func() T) T {
	at, steady := placeOf(operation, its, actual)
	if !steady || !d.steady {
		return find()
	}
	known, ok := d.known.Load(at)
	if !ok {
		known, _ = d.known.LoadOrStore(at, find())
	}
	value, _ := known.(T)
	return value
}

// atTop reports whether it is a field of the whole operation.
func atTop(field *graphql.FieldContext) bool {
	return field.Object == "Query" || field.Object == "Mutation"
}

// documents reads documents, and keeps them for the next request.
type documents struct {
	schema *ast.Schema
	rules  []core.Rule // beside the specification's and the endpoint's own
	kept   *kept[*document]
}

func newDocuments(schema Schema) documents {
	return documents{schema: schema.Executable.Schema(), rules: schema.Rules, kept: newKept[*document]()}
}

// read reads a document: its syntax, then its size, then whether it is valid. Validation takes time that grows faster
// than the document, so that the limits must come first. Only callers who may look at the schema get hints. nodes is
// how much there was to look at, also where it is refused.
func (d *documents) read(text string, hints bool) (read *document, nodes int, refusal *requestError) {
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, documentTokens)
	if err != nil {
		return nil, 0, refuseSyntax(err)
	}
	if len(parsed.Operations) == 0 {
		return nil, 0, refuseRequest(codeValidation, "The document has no operation.")
	}
	if nodes, refusal = refuseShape(parsed); refusal != nil {
		return nil, nodes, refusal
	}
	// To look for hints takes time that grows with what a hint is wanted for.
	if errs := d.validate(parsed, d.validationRules(hints && len(text) <= documentBytes)); len(errs) > 0 {
		return nil, nodes, refuseInvalid(errs)
	}
	read = &document{
		QueryDocument: parsed, needs: map[*ast.OperationDefinition]needs{},
		steady: !strings.Contains(text, "@") && nodes*writtenOut <= len(text), // directives may leave something out
	}
	for _, operation := range parsed.Operations {
		read.needs[operation] = needsOf(operation)
	}
	d.kept.add(text, read, len(text))
	return read, nodes, nil
}

type enoughErrors struct{}

// validate stops at as many errors as are told: a short document can have a million of them.
func (d *documents) validate(parsed *ast.QueryDocument, all *rules.Rules) (errs gqlerror.List) {
	stopping := rules.NewRules()
	inner := all.GetInner()
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		rule := inner[name]
		stopping.AddRule(name, func(observers *validator.Events, _ validator.AddErrFunc) {
			rule(observers, func(options ...validator.ErrorOption) {
				err := &gqlerror.Error{Rule: name}
				for _, option := range options {
					option(err)
				}
				if errs = append(errs, err); len(errs) == maxErrors {
					panic(enoughErrors{})
				}
			})
		})
	}
	defer func() {
		if panicked := recover(); panicked != nil && panicked != (enoughErrors{}) {
			panic(panicked)
		}
	}()
	_ = validator.ValidateWithRules(d.schema, parsed, stopping) // it has none: they are in errs
	return errs
}

// operation picks the operation that is to be carried out.
func (d *document) operation(name string) (*ast.OperationDefinition, *requestError) {
	if operation := d.Operations.ForName(name); operation != nil {
		return operation, nil
	}
	if name == "" {
		return nil, refuseRequest(codeValidation, "The document has several operations: say with operationName which one is meant.")
	}
	return nil, refuseRequest(codeValidation, "The document has no operation of the name that operationName gives.")
}

// validationRules are those of the specification, of the endpoint, and of the schema.
func (d *documents) validationRules(hints bool) *rules.Rules {
	all := rules.NewDefaultRules()
	if !hints {
		for _, silent := range []core.Rule{
			rules.FieldsOnCorrectTypeRuleWithoutSuggestions, rules.ScalarLeafsRuleWithoutSuggestions,
			rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
			rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
		} {
			all.ReplaceRule(strings.TrimSuffix(silent.Name, "WithoutSuggestions"), silent.RuleFunc)
		}
	}
	all.AddRule("Int32", int32Rule)
	all.AddRule("Idempotent", idempotentRule)
	all.AddRule("NotDeferred", notDeferredRule)
	for _, rule := range d.rules {
		all.AddRule(rule.Name, rule.RuleFunc)
	}
	return all
}

// notDeferredRule is no rule: it takes @defer out of the document. A server may leave it be, and answers here are sent
// in one piece.
func notDeferredRule(observers *validator.Events, _ validator.AddErrFunc) {
	isDefer := func(directive *ast.Directive) bool { return directive.Name == "defer" }
	observers.OnInlineFragment(func(_ *validator.Walker, fragment *ast.InlineFragment) {
		fragment.Directives = slices.DeleteFunc(fragment.Directives, isDefer)
	})
	observers.OnFragmentSpread(func(_ *validator.Walker, spread *ast.FragmentSpread) {
		spread.Directives = slices.DeleteFunc(spread.Directives, isDefer)
	})
}

// literal is a value that a syntax error would repeat.
var literal = regexp.MustCompile(`\b(String|BlockString|Int|Float) ".*"`)

// refuseSyntax words a syntax error without the values in the document.
func refuseSyntax(err error) *requestError {
	var syntax *gqlerror.Error
	switch {
	case !errors.As(err, &syntax):
		return refuseRequest(codeParse, "The document cannot be read.")
	case strings.HasPrefix(syntax.Message, "exceeded token limit"):
		return refuseLimit(codeTooManyTokens, "The document is longer than is read; long values belong into variables", documentTokens)
	case strings.HasPrefix(syntax.Message, "exceeded maximum nesting depth"):
		return refuseLimit(codeTooDeep, "The document is nested deeper than is read", parser.MaxNestingDepth)
	}
	return refuseRequest(codeParse, shortened(literal.ReplaceAllString(syntax.Message, "$1"))).at(syntax.Locations)
}

// refuseInvalid words the errors of an invalid document.
func refuseInvalid(invalid gqlerror.List) *requestError {
	refusal := &requestError{}
	for _, err := range invalid {
		code, message := codeValidation, err.Message
		switch err.Rule {
		case "Int32":
			code, refusal.status = codeBadInput, 400
		case "ValuesOfCorrectType":
			message = withoutValue(message)
		}
		refusal.errors = append(refusal.errors, &gqlerror.Error{
			Message: shortened(message), Locations: err.Locations, Extensions: map[string]any{"code": code},
		})
	}
	return refusal
}

// beforeValue is what stands before the value. The first is meant: the value may have it, too.
var beforeValue = regexp.MustCompile(`: |, found `)

// withoutValue takes the value out of a message about it: it may be a secret, or long.
func withoutValue(message string) string {
	if quoted, rest, ok := strings.Cut(message, `" does not exist in "`); ok && strings.HasPrefix(quoted, `Value "`) {
		return `The value does not exist in "` + rest
	}
	if found := beforeValue.FindStringIndex(message); found != nil {
		return message[:found[0]] + "."
	}
	return message
}

// shortened keeps an error from being as long as what it complains about.
func shortened(message string) string {
	if runes := []rune(message[:min(len(message), 4*maxMessage)]); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "…"
	}
	return message
}
