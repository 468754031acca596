package shopify

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/handback/handback/platform"
)

const (
	maxUpload       = 100 << 20 // bytes, Shopify's limit
	maxResultLine   = 1 << 20
	transferTimeout = 10 * time.Minute
)

// bulkLines are the variables of each call of a bulk mutation, a line each.
func bulkLines(work BulkPublishing) ([]byte, error) {
	var lines bytes.Buffer
	for product, err := range work.Products {
		if err != nil {
			return nil, err
		}
		line, err := json.Marshal(publishVariables(work.PublicationID, product), json.Deterministic(true))
		if err != nil {
			return nil, unexpected(work.operation(), "encode variables", err)
		}
		if lines.Len()+len(line) >= maxUpload {
			return nil, unexpected(work.operation(), "more products than one bulk operation takes", nil)
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	return lines.Bytes(), nil
}

type stagedTarget struct {
	URL         string `json:"url"`
	ResourceURL string `json:"resourceUrl"`
	Parameters  []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"parameters"`
}

// key is the path by which a bulk mutation finds its lines.
func (t stagedTarget) key() string {
	for _, parameter := range t.Parameters {
		if parameter.Name == "key" {
			return parameter.Value
		}
	}
	return ""
}

// upload stores lines where Shopify says and returns their path.
func (c *Client) upload(ctx context.Context, store, filename string, lines []byte) (string, error) {
	var path string
	err := retry(ctx, func() error {
		target, err := c.stage(ctx, store, filename)
		if err != nil {
			return err
		}
		path = target.key()
		return c.post(ctx, target, filename, lines)
	})
	return path, err
}

// stage asks for a place to upload to. Every attempt gets a place of its own.
func (c *Client) stage(ctx context.Context, store, filename string) (stagedTarget, error) {
	type staged struct {
		Targets []stagedTarget `json:"stagedTargets"`
		userErrors
	}
	const operation = "StagedUploadsCreate"
	answer, err := mutateOnce[staged](ctx, c, store, operation, map[string]any{"input": []any{map[string]any{
		"resource": "BULK_MUTATION_VARIABLES", "filename": filename, "mimeType": "text/jsonl", "httpMethod": http.MethodPost,
	}}})
	if err != nil {
		return stagedTarget{}, err
	}
	if len(answer.Targets) != 1 || answer.Targets[0].key() == "" {
		return stagedTarget{}, unexpected(operation, "there is no place to upload to", nil)
	}
	return answer.Targets[0], nil
}

// post sends a form of the parameters, in their order, and then the file. Its length is known, as storage services
// ask for it.
func (c *Client) post(ctx context.Context, target stagedTarget, filename string, lines []byte) error {
	const operation = "upload"
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	for _, parameter := range target.Parameters {
		_ = writer.WriteField(parameter.Name, parameter.Value) // a buffer takes everything
	}
	_, _ = writer.CreateFormFile("file", filename)
	before := form.Len()
	_ = writer.Close()
	head, tail := form.Bytes()[:before], form.Bytes()[before:]
	body := io.MultiReader(bytes.NewReader(head), bytes.NewReader(lines), bytes.NewReader(tail))
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.URL, body)
	if err != nil {
		return unexpected(operation, "make request", platform.WithoutURL(err))
	}
	request.ContentLength = int64(form.Len() + len(lines))
	request.Header.Set("Content-Type", writer.FormDataContentType())
	response, err := c.http.Do(request)
	if err != nil {
		return networkError(operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 == 2 {
		return nil
	}
	return fileError(operation, response)
}

// fileError makes an error of a status that storage answers. It refuses an address that is too old with one that a
// store would refuse the app with.
func fileError(operation string, response *http.Response) error {
	err := statusError(operation, response, nil)
	if failed, ok := errors.AsType[*Error](err); ok && failed.Kind == AccessLost {
		failed.Kind = Rejected
	}
	return err
}

// download iterates over the lines of a file. A connection that breaks is made anew, and the lines that were seen are
// skipped.
func (c *Client) download(ctx context.Context, address string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		seen, stopped := 0, false
		err := retry(ctx, func() error {
			return c.readLines(ctx, address, seen, func(line []byte) bool {
				seen++
				stopped = !yield(line, nil)
				return !stopped
			})
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// readLines gets a file and hands on its lines after the first few, until take returns false.
func (c *Client) readLines(ctx context.Context, address string, skip int, take func([]byte) bool) error {
	const operation = "download"
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return unexpected(operation, "make request", platform.WithoutURL(err))
	}
	response, err := c.http.Do(request)
	if err != nil {
		return networkError(operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := fileError(operation, response); err != nil {
		return err
	}
	reader := bufio.NewReader(response.Body)
	for at := 0; ; at++ {
		line, err := readLine(reader)
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return lineError(operation, err)
		case at >= skip && len(line) > 0 && !take(line):
			return nil
		case err != nil:
			return nil
		}
	}
}

// readLine reads a line without its end. The last one may have none.
func readLine(reader *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxResultLine {
			return nil, errTooLarge
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

func lineError(operation string, err error) error {
	if errors.Is(err, errTooLarge) {
		return unexpected(operation, "", err)
	}
	return networkError(operation, err)
}
