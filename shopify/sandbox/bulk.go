package sandbox

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

const (
	maxBulks     = 5 // at a time
	bulkLifetime = 7 * 24 * time.Hour
)

// bulk is a bulk mutation. It is worked on whenever the store is asked about anything, as far as the time that has
// passed allows.
type bulk struct {
	ID          int64
	Mutation    string
	Path        string // of the variables
	Status      string
	ErrorCode   string
	CreatedAt   time.Time
	CompletedAt *time.Time
	Total, Done int64  // lines
	Read        int64  // bytes of the variables that were worked through
	Results     int64  // bytes of the results
	Key         string // of the address of the results
}

func (b *bulk) typeName() string { return "BulkOperation" }

func (b *bulk) finished() bool {
	return slices.Contains([]string{"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}, b.Status)
}

func (b *bulk) end(now time.Time, status, code string) {
	b.Status, b.ErrorCode, b.CompletedAt = status, code, &now
}

func (w *world) putBulk(b *bulk) {
	w.Bulks[b.ID] = b
	w.put("bulk", id(b.ID), b)
}

// address is where the results are, nil when there are none or when they are too old.
func (b *bulk) address(e *execution, wanted ...string) any {
	if !slices.Contains(wanted, b.Status) || b.Results == 0 || e.now.Sub(*b.CompletedAt) > bulkLifetime {
		return nil
	}
	return e.origin + resultPath + b.Key + ".jsonl"
}

func bulkTypes(types map[string]objectType) {
	uploadTypes(types)
	types["BulkOperation"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":              get(func(b *bulk) any { return gid("BulkOperation", b.ID) }),
		"status":          get(func(b *bulk) any { return b.Status }),
		"errorCode":       get(func(b *bulk) any { return orNull(b.ErrorCode) }),
		"objectCount":     get(func(b *bulk) any { return id(b.Done) }),
		"rootObjectCount": get(func(b *bulk) any { return id(b.Done) }),
		"query":           get(func(b *bulk) any { return b.Mutation }),
		"type":            get(func(*bulk) any { return "MUTATION" }),
		"createdAt":       get(func(b *bulk) any { return b.CreatedAt.UTC().Format(time.RFC3339) }),
		"completedAt": get(func(b *bulk) any {
			if b.CompletedAt == nil {
				return nil
			}
			return b.CompletedAt.UTC().Format(time.RFC3339)
		}),
		"url": {resolve: func(e *execution, parent any, _ arguments) any { return parent.(*bulk).address(e, "COMPLETED") }},
		"partialDataUrl": {resolve: func(e *execution, parent any, _ arguments) any {
			return parent.(*bulk).address(e, "FAILED", "CANCELED")
		}},
	}}
	types["BulkMutationUserError"] = userErrorType(true)
	types["BulkRunPayload"] = payloadType("bulkOperation:BulkOperation", "userErrors:[BulkMutationUserError]")
	types["BulkCancelPayload"] = payloadType("bulkOperation:BulkOperation", "userErrors:[UserError]")
	addFields(types["QueryRoot"], map[string]field{
		"bulkOperations": {of: "BulkOperation", shape: connection, nonNull: true, args: []string{"query", "sortKey"}, resolve: bulks},
		"bulkOperation": {of: "BulkOperation", args: []string{"id!"}, resolve: func(e *execution, _ any, args arguments) any {
			return e.node("BulkOperation", args["id"])
		}},
	})
	addFields(types["Mutation"], map[string]field{
		"bulkOperationRunMutation": {
			of: "BulkRunPayload", args: []string{"mutation!", "stagedUploadPath!", "clientIdentifier", "groupObjects"}, refusal: "INVALID_MUTATION", resolve: runBulk,
		},
		"bulkOperationCancel": {of: "BulkCancelPayload", args: []string{"id!"}, resolve: cancelBulk},
	})
}

// bulks lists bulk operations by their ids, which are in the order they were created in. Of the filters there are the
// status and the type.
func bulks(e *execution, _ any, args arguments) any {
	filter, _ := args.text("query")
	return pageOfTable(args, e.world.Bulks, func(b *bulk) bool {
		for term := range strings.FieldsSeq(filter) {
			name, value, _ := strings.Cut(term, ":")
			if name == "status" && !strings.EqualFold(value, b.Status) || name == "operation_type" && !strings.EqualFold(value, "MUTATION") {
				return false
			}
		}
		return true
	})
}

func runBulk(e *execution, _ any, args arguments) any {
	text, _ := args.text("mutation")
	path, _ := args.text("stagedUploadPath")
	if problem := e.sandbox.bulkProblem(text); problem != "" {
		return refuse("INVALID_MUTATION", problem, "mutation")
	}
	if u := e.world.Uploads[path]; u == nil || !u.Complete {
		return refuse("NO_SUCH_FILE", "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.", "stagedUploadPath")
	}
	if running := e.world.runningBulks(); len(running) >= maxBulks {
		return refuse("OPERATION_IN_PROGRESS", "A bulk operation for this app and shop is already in progress: "+strings.Join(running, ", "))
	}
	b := &bulk{
		ID: e.world.nextID(), Mutation: text, Path: path, Status: "CREATED", CreatedAt: e.now,
		Total: e.world.Uploads[path].Lines, Key: strings.ToLower(rand.Text()),
	}
	e.world.putBulk(b)
	return done("bulkOperation", b)
}

func (w *world) runningBulks() []string {
	var running []string
	for _, bulkID := range sortedIDs(w.Bulks, false) {
		if !w.Bulks[bulkID].finished() {
			running = append(running, gid("BulkOperation", bulkID))
		}
	}
	return running
}

// bulkProblem says why a text cannot be run in bulk.
func (s *Sandbox) bulkProblem(text string) string {
	document, operation, problem := parseBulk(text)
	if problem != "" {
		return problem
	}
	if name := operation.SelectionSet[0].(*ast.Field).Name; strings.HasPrefix(name, "bulk") {
		return "The mutation may not be a bulk operation itself."
	}
	c := check{types: s.types, document: document, variables: bulkPlaceholders(operation)}
	c.operation(operation)
	if len(c.errors) > 0 {
		return c.errors[0].Message
	}
	return ""
}

func parseBulk(text string) (*ast.QueryDocument, *ast.OperationDefinition, string) {
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, nil, "Failed to parse the mutation - " + err.Error()
	}
	if len(document.Operations) != 1 || document.Operations[0].Operation != ast.Mutation {
		return nil, nil, "There must be one mutation."
	}
	set := document.Operations[0].SelectionSet
	if _, ok := set[0].(*ast.Field); !ok || len(set) != 1 {
		return nil, nil, "The mutation must have one field."
	}
	return document, document.Operations[0], ""
}

// bulkPlaceholders stand for the variables that each line will have.
func bulkPlaceholders(operation *ast.OperationDefinition) map[string]any {
	variables := map[string]any{}
	for _, definition := range operation.VariableDefinitions {
		variables[definition.Variable] = ""
	}
	return variables
}

func cancelBulk(e *execution, _ any, args arguments) any {
	found := e.node("BulkOperation", args["id"])
	if problem, ok := found.(*graphQLError); ok {
		return problem
	}
	b, ok := found.(*bulk)
	switch {
	case !ok:
		return refuse("", "Bulk operation does not exist", "id")
	case b.finished():
		return payload{"bulkOperation": b, "userErrors": []any{userError{
			message: fmt.Sprintf("A bulk operation cannot be canceled when it is %s.", strings.ToLower(b.Status)),
		}}}
	}
	b.Status = "CANCELING"
	e.world.putBulk(b)
	return done("bulkOperation", b)
}
