package shopify

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BulkThreshold is the number of changes above which a bulk mutation is worth its minutes: Shopify carries it out by
// itself, without points.
const BulkThreshold = 2000

const bulkLifetime = 7 * 24 * time.Hour // after which Shopify deletes the results

// BulkPublishing is the publishing, or unpublishing, of many products in one bulk operation.
type BulkPublishing struct {
	ID            string // of the caller's choice; the operation is found again by it
	PublicationID string
	Unpublish     bool
	Products      iter.Seq2[string, error] // ids
}

func (b BulkPublishing) operation() string {
	if b.Unpublish {
		return unpublishOperation
	}
	return publishOperation
}

// name is that of the mutation sent in bulk. Shopify returns the text of bulk operations, but no id that the app
// gives them, so the name holds it.
func (b BulkPublishing) name() string {
	return b.operation() + "_" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, b.ID)
}

// BulkOperation is a bulk operation as Shopify tells of it.
type BulkOperation struct {
	ID        string
	Status    string // CREATED, RUNNING, CANCELING, COMPLETED, FAILED, CANCELED or EXPIRED
	ErrorCode string // of one that failed
	Objects   int    // processed so far
	CreatedAt time.Time

	results string // the address of the results; whoever has it may read them
}

// String shows no address.
func (b BulkOperation) String() string {
	return strings.TrimSpace(b.ID + " " + b.Status + " " + b.ErrorCode)
}

// GoString shows no address either.
func (b BulkOperation) GoString() string { return b.String() }

// Finished reports whether nothing more will happen.
func (b BulkOperation) Finished() bool {
	return slices.Contains([]string{"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}, b.Status)
}

// Err says why a finished operation did not complete.
func (b BulkOperation) Err() error {
	if !b.Finished() || b.Status == "COMPLETED" {
		return nil
	}
	kind := Unavailable
	if b.ErrorCode == codeAccessDenied {
		kind = ScopeMissing
	}
	return &Error{Kind: kind, Operation: "BulkOperation", Code: b.ErrorCode, detail: "the bulk operation is " + b.Status}
}

type bulkNode struct {
	ID             string    `json:"id"`
	Status         string    `json:"status"`
	ErrorCode      string    `json:"errorCode"`
	ObjectCount    int       `json:"objectCount,string"`
	Query          string    `json:"query"`
	URL            string    `json:"url"`
	PartialDataURL string    `json:"partialDataUrl"`
	CreatedAt      time.Time `json:"createdAt"`
}

func (n bulkNode) operation() BulkOperation {
	results := n.URL
	if results == "" {
		results = n.PartialDataURL
	}
	return BulkOperation{
		ID: n.ID, Status: n.Status, ErrorCode: n.ErrorCode, Objects: n.ObjectCount, CreatedAt: n.CreatedAt, results: results,
	}
}

// StartBulkPublishing starts the operation, or returns it as it is when it was started before, by whatever process.
// One that failed is not started again: that takes another ID.
func (c *Client) StartBulkPublishing(ctx context.Context, store string, work BulkPublishing) (BulkOperation, error) {
	if found, err := c.FindBulkPublishing(ctx, store, work); err != nil || found != nil {
		return dereference(found), err
	}
	lines, err := bulkLines(work)
	if err != nil {
		return BulkOperation{}, err
	}
	path, err := c.upload(ctx, store, work.name()+".jsonl", lines)
	if err != nil {
		return BulkOperation{}, err
	}
	var started BulkOperation
	err = retry(ctx, func() error {
		found, err := c.FindBulkPublishing(ctx, store, work)
		if err == nil && found == nil {
			found, err = c.runBulk(ctx, store, work, path)
		}
		started = dereference(found)
		return err
	})
	return started, err
}

func dereference(operation *BulkOperation) BulkOperation {
	if operation == nil {
		return BulkOperation{}
	}
	return *operation
}

// runBulk starts the operation without looking for it. When as many run as may at a time, there will be room again.
func (c *Client) runBulk(ctx context.Context, store string, work BulkPublishing, path string) (*BulkOperation, error) {
	type started struct {
		Operation *struct {
			ID        string    `json:"id"`
			Status    string    `json:"status"`
			Query     string    `json:"query"`
			CreatedAt time.Time `json:"createdAt"`
		} `json:"bulkOperation"`
		userErrors
	}
	const operation = "BulkOperationRunMutation"
	answer, err := mutateOnce[started](ctx, c, store, operation, map[string]any{
		"mutation": renamed(work.operation(), work.name()), "stagedUploadPath": path,
	})
	if code := CodeOf(err); code == CodeOperationInFlight || code == codeLimitReached {
		return nil, &Error{Kind: Unavailable, Operation: operation, Code: code, cause: err}
	}
	if err == nil && answer.Operation == nil {
		err = unexpected(operation, "there is no bulk operation", nil)
	}
	if err != nil {
		return nil, err
	}
	return &BulkOperation{ID: answer.Operation.ID, Status: answer.Operation.Status, CreatedAt: answer.Operation.CreatedAt}, nil
}

// FindBulkPublishing returns the bulk operation of the work, nil when it was not started within the last week.
func (c *Client) FindBulkPublishing(ctx context.Context, store string, work BulkPublishing) (*BulkOperation, error) {
	for node, err := range c.recentBulkOperations(ctx, store) {
		if err != nil {
			return nil, err
		}
		if strings.Contains(node.Query, work.name()+"(") {
			operation := node.operation()
			return &operation, nil
		}
	}
	return nil, nil
}

// recentBulkOperations iterates over the bulk mutations of the last week, the newest first.
func (c *Client) recentBulkOperations(ctx context.Context, store string) iter.Seq2[bulkNode, error] {
	type data struct {
		Operations connection[bulkNode] `json:"bulkOperations"`
	}
	nodes := pages(ctx, c, store, "BulkOperations", map[string]any{"query": "operation_type:mutation"}, func(d *data) (*connection[bulkNode], error) {
		return &d.Operations, nil
	})
	return func(yield func(bulkNode, error) bool) {
		for node, err := range nodes {
			if err == nil && time.Since(node.CreatedAt) > bulkLifetime || !yield(node, err) {
				return
			}
		}
	}
}

// StopBulkPublishing ends the bulk operations that Shopify still carries out, and returns when none does: what was begun by a
// process that was killed, or for what was given up, would publish products behind the back of whoever reads the store now.
func (c *Client) StopBulkPublishing(ctx context.Context, store string) error {
	nodes, err := all(c.recentBulkOperations(ctx, store))
	for _, node := range nodes {
		if err == nil && !node.operation().Finished() {
			err = c.stopBulk(ctx, store, node.ID)
		}
	}
	return problem(err)
}

// stopBulk waits for the end of the operation, which it may reach before it is told to.
func (c *Client) stopBulk(ctx context.Context, store, id string) error {
	if err := c.CancelBulkOperation(ctx, store, id); err != nil && KindOf(err) != Rejected {
		return err
	}
	_, err := c.AwaitBulkOperation(ctx, store, id)
	return err
}

// BulkOperation returns the operation as it stands now.
func (c *Client) BulkOperation(ctx context.Context, store, id string) (BulkOperation, error) {
	var answer struct {
		Operation *bulkNode `json:"bulkOperation"`
	}
	err := c.do(ctx, store, "BulkOperation", map[string]any{"id": id}, &answer)
	if err == nil && answer.Operation == nil {
		err = notFound("BulkOperation", "the bulk operation")
	}
	if err != nil {
		return BulkOperation{}, err
	}
	return answer.Operation.operation(), nil
}

// CancelBulkOperation asks Shopify to stop an operation; what it has done stays done.
func (c *Client) CancelBulkOperation(ctx context.Context, store, id string) error {
	type canceled struct {
		Operation *struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		} `json:"bulkOperation"`
		userErrors
	}
	_, err := mutate[canceled](ctx, c, store, "BulkOperationCancel", map[string]any{"id": id})
	return err
}

const (
	firstPoll = time.Second
	maxPoll   = 10 * time.Second
)

// AwaitBulkOperation asks, less and less often, until the operation is finished or the context ends. It returns the
// operation as it was seen last.
func (c *Client) AwaitBulkOperation(ctx context.Context, store, id string) (BulkOperation, error) {
	for wait := firstPoll; ; wait = min(2*wait, maxPoll) {
		operation, err := c.BulkOperation(ctx, store, id)
		if err != nil || operation.Finished() {
			return operation, err
		}
		if err := sleep(ctx, "BulkOperation", wait); err != nil {
			return operation, err
		}
	}
}

// BulkResult is what became of one product.
type BulkResult struct {
	Line int   // the product's place among those given, from 0
	Err  error // nil when it was done
}

// BulkResults iterates over the results of a finished operation, those of a failed one as far as there are any. The
// results are read as they come, so that their number does not matter.
func (c *Client) BulkResults(ctx context.Context, operation BulkOperation) iter.Seq2[BulkResult, error] {
	return func(yield func(BulkResult, error) bool) {
		if operation.results == "" {
			return
		}
		for line, err := range c.download(ctx, operation.results) {
			var result BulkResult
			if err == nil {
				result, err = bulkResult(line)
			}
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}

func bulkResult(text []byte) (BulkResult, error) {
	var line struct {
		Data   jsontext.Value `json:"data"`
		Errors []graphQLError `json:"errors"`
		Number *int           `json:"__lineNumber"`
	}
	const operation = "BulkOperation"
	if err := json.Unmarshal(text, &line); err != nil {
		return BulkResult{}, unexpected(operation, "read result", err)
	}
	if line.Number == nil {
		return BulkResult{}, unexpected(operation, "a result has no line number", nil)
	}
	if len(line.Errors) > 0 {
		return BulkResult{Line: *line.Number, Err: fault(operation, line.Errors)}, nil
	}
	answer, err := decodePayload[publishPayload](operation, line.Data)
	if err != nil {
		return BulkResult{}, err
	}
	return BulkResult{Line: *line.Number, Err: rejection(operation, answer.UserErrors)}, nil
}
