package endpoint

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

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
	nodes        int // that there were to look at
	requirements map[*ast.OperationDefinition]*requirements
	cacheable    bool     // plans for it hold each time, and are not much longer than its text
	plans        sync.Map // of the struct encoder, by planKey
}

// bytesPerNode is how many bytes of a document there must be for each of its nodes, with every fragment written out, for
// plans to be cached. Else a short text would take much memory.
const bytesPerNode = 4

// documents reads documents, and caches them for the next request.
type documents struct {
	schema *ast.Schema
	rules  []core.Rule // beside the specification's and the endpoint's own
	cache  *cache[*document]
}

func newDocuments(schema Schema) documents {
	return documents{schema: schema.Executable.Schema(), rules: schema.Rules, cache: newCache[*document]()}
}

// read reads a document: its syntax, then its size, then whether it is valid. Validation takes time that grows faster
// than the document, so that the limits must come first. Only callers who may look at the schema get hints. nodes is
// how much there was to look at, also where it is rejected.
func (d *documents) read(text string, hints bool) (read *document, nodes int, rejection *requestError) {
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, documentTokens)
	if err != nil {
		return nil, 0, syntaxError(err)
	}
	if at := loneSurrogate(text); at != nil {
		return nil, 0, newRequestError(codeParse, "A string has half of a surrogate pair, which stands for no character.").at(locations(at))
	}
	if len(parsed.Operations) == 0 {
		return nil, 0, newRequestError(codeValidation, "The document has no operation.")
	}
	if nodes, rejection = measureDocument(parsed); rejection != nil {
		return nil, nodes, rejection
	}
	// To look for hints takes time that grows with what a hint is wanted for.
	if errs := d.validate(parsed, d.validationRules(hints && len(text) <= documentBytes)); len(errs) > 0 {
		return nil, nodes, validationErrors(errs)
	}
	read = newDocument(parsed, text, nodes)
	d.cache.add(text, read, len(text))
	return read, nodes, nil
}

func newDocument(parsed *ast.QueryDocument, text string, nodes int) *document {
	read := &document{
		QueryDocument: parsed, nodes: nodes, requirements: map[*ast.OperationDefinition]*requirements{},
		cacheable: !strings.Contains(text, "@") && nodes*bytesPerNode <= len(text), // directives may leave something out
	}
	for _, operation := range parsed.Operations {
		read.requirements[operation] = requirementsOf(operation)
	}
	return read
}

// aloneKey is what an operation of a document with several is cached by. No document has NUL in it.
func aloneKey(text, operation string) string { return text + "\x00" + operation }

// alone reads a valid document as if it had one operation only. gqlparser notes at each variable which definition it has;
// in a fragment that several operations spread, those are the last operation's, with its defaults.
func (d *documents) alone(text, operation string, nodes int) *document {
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, documentTokens)
	if err != nil {
		panic("endpoint: a document that could be read before")
	}
	parsed.Operations = ast.OperationList{parsed.Operations.ForName(operation)}
	changing := rules.NewRules() // a document with unused fragments would be invalid
	changing.AddRule("NotDeferred", notDeferredRule)
	for _, rule := range d.rules {
		changing.AddRule(rule.Name, rule.RuleFunc)
	}
	_ = validator.ValidateWithRules(d.schema, parsed, changing) // it was valid before
	read := newDocument(parsed, text, nodes)
	d.cache.add(aloneKey(text, operation), read, len(text))
	return read
}

type enoughErrors struct{}

// validate stops at as many errors as are reported: a short document can have a million of them.
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
		return nil, newRequestError(codeValidation, "The document has several operations: say with operationName which one is meant.")
	}
	return nil, newRequestError(codeValidation, "The document has no operation of the name that operationName gives.")
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
	all.AddRule("SingleEvent", singleEventRule)
	for _, rule := range d.rules {
		all.AddRule(rule.Name, rule.RuleFunc)
	}
	return all
}

// deferred is the directive that gqlgen has in every schema.
const deferred = "defer"

// notDeferredRule is no rule: it takes @defer out of the document. A server may leave it be, and answers here are sent
// in one piece.
func notDeferredRule(observers *validator.Events, _ validator.AddErrFunc) {
	isDefer := func(directive *ast.Directive) bool { return directive.Name == deferred }
	observers.OnInlineFragment(func(_ *validator.Walker, fragment *ast.InlineFragment) {
		fragment.Directives = slices.DeleteFunc(fragment.Directives, isDefer)
	})
	observers.OnFragmentSpread(func(_ *validator.Walker, spread *ast.FragmentSpread) {
		spread.Directives = slices.DeleteFunc(spread.Directives, isDefer)
	})
}

// literal is a value that a syntax error would repeat.
var literal = regexp.MustCompile(`\b(String|BlockString|Int|Float) ".*"`)

// syntaxError words a syntax error without the values in the document.
func syntaxError(err error) *requestError {
	var syntax *gqlerror.Error
	switch {
	case !errors.As(err, &syntax):
		return newRequestError(codeParse, "The document cannot be read.")
	case strings.HasPrefix(syntax.Message, "exceeded token limit"):
		return limitError(codeTooManyTokens, "The document is longer than is read; long values belong into variables", documentTokens)
	case strings.HasPrefix(syntax.Message, "exceeded maximum nesting depth"):
		return limitError(codeTooDeep, "The document is nested deeper than is read", parser.MaxNestingDepth)
	}
	return newRequestError(codeParse, shortened(literal.ReplaceAllString(syntax.Message, "$1"))).at(syntax.Locations)
}

// validationErrors words the errors of an invalid document.
func validationErrors(invalid gqlerror.List) *requestError {
	rejection := &requestError{}
	for _, err := range invalid {
		code, message := codeValidation, err.Message
		switch err.Rule {
		case "Int32":
			code, rejection.status = codeBadInput, 400
		case "ValuesOfCorrectType":
			message = withoutValue(message)
		}
		rejection.errors = append(rejection.errors, &gqlerror.Error{
			Message: shortened(message), Locations: err.Locations, Extensions: map[string]any{"code": code},
		})
	}
	return rejection
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
