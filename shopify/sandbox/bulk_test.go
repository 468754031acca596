package sandbox_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// upload sends lines where the sandbox says and returns their path.
func (a *app) upload(lines string) string {
	a.t.Helper()
	staged := a.do("StagedUploadsCreate", variables{"input": []variables{{
		"resource": "BULK_MUTATION_VARIABLES", "filename": "publish.jsonl", "mimeType": "text/jsonl", "httpMethod": "POST",
	}}}).at("stagedUploadsCreate.stagedTargets.0").(map[string]any)
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	var path string
	for _, parameter := range staged["parameters"].([]any) {
		name, value := parameter.(map[string]any)["name"].(string), parameter.(map[string]any)["value"].(string)
		require.NoError(a.t, writer.WriteField(name, value))
		if name == "key" {
			path = value
		}
	}
	file, err := writer.CreateFormFile("file", "publish.jsonl")
	require.NoError(a.t, err)
	_, _ = file.Write([]byte(lines))
	require.NoError(a.t, writer.Close())
	response, err := a.http.Post(staged["url"].(string), writer.FormDataContentType(), &form)
	require.NoError(a.t, err)
	require.NoError(a.t, response.Body.Close())
	require.Equal(a.t, http.StatusCreated, response.StatusCode)
	return path
}

// get reads a file.
func (a *app) get(address string) (int, []byte) {
	response, err := a.http.Get(address)
	require.NoError(a.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	return response.StatusCode, text
}

func (a *app) runBulk(path string) reply {
	text := strings.Replace(operationText(a.t, "PublishProduct"), "PublishProduct(", "PublishProduct_42(", 1)
	return a.do("BulkOperationRunMutation", variables{"mutation": text, "stagedUploadPath": path})
}

func (a *app) lines(count int) string {
	var lines strings.Builder
	publication := a.publication()
	for i := range count {
		fmt.Fprintf(&lines, `{"id":"gid://shopify/Product/%d","publicationId":"%s"}`+"\n", 7001+i, publication)
	}
	return lines.String()
}

func TestBulkMutationRunsInItsOwnTime(t *testing.T) {
	a := install(t, sandbox.Options{Products: 3000})
	started := a.runBulk(a.upload(a.lines(3001)))
	id := started.at("bulkOperationRunMutation.bulkOperation.id")
	require.Equal(t, "CREATED", started.at("bulkOperationRunMutation.bulkOperation.status"))
	a.clock.pass(2 * time.Second)
	running := a.do("BulkOperation", variables{"id": id})
	require.Equal(t, "RUNNING", running.at("bulkOperation.status"))
	require.Equal(t, "1500", running.at("bulkOperation.objectCount"))
	a.clock.pass(2 * time.Second)
	found := a.do("BulkOperations", variables{"query": "operation_type:mutation"})
	require.Equal(t, "COMPLETED", found.at("bulkOperations.nodes.0.status"))
	require.Contains(t, found.at("bulkOperations.nodes.0.query"), "PublishProduct_42(")
	require.EqualValues(t, 3000, a.do("PublishedProductsCount", variables{"publicationId": a.publication()}).at("publishedProductsCount.count"))

	address := found.at("bulkOperations.nodes.0.url").(string)
	status, text := a.get(address)
	require.Equal(t, http.StatusOK, status)
	results := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Len(t, results, 3001)
	require.Equal(t, `{"data":{"publishablePublish":{"publishable":{"id":"gid://shopify/Product/7001","publishedOnPublication":true},"userErrors":[]}},"__lineNumber":0}`, results[0])
	require.Contains(t, results[3000], `"message":"Resource does not exist"`)

	a.clock.pass(8 * 24 * time.Hour)
	status, _ = a.get(address)
	require.Equal(t, http.StatusNotFound, status)
}

func TestBulkMutationGoesOnAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.jsonl")
	options := sandbox.Options{File: file, APISecret: "secret", Products: 3000}
	a := install(t, options)
	id := a.runBulk(a.upload(a.lines(3000))).at("bulkOperationRunMutation.bulkOperation.id")
	a.clock.pass(2 * time.Second)
	require.Equal(t, "RUNNING", a.do("BulkOperation", variables{"id": id}).at("bulkOperation.status"))
	require.NoError(t, a.sandbox.Close())

	again := open(t, options)
	again.access = a.access
	again.clock.pass(time.Minute)
	done := again.do("BulkOperation", variables{"id": id})
	require.Equal(t, "COMPLETED", done.at("bulkOperation.status"))
	_, text := again.get(done.at("bulkOperation.url").(string))
	require.Equal(t, 3000, bytes.Count(text, []byte("\n")))
	require.Contains(t, string(text), `"__lineNumber":2999}`)
}

func TestFiveBulkMutationsAtATime(t *testing.T) {
	a := install(t, sandbox.Options{})
	for range 5 {
		require.Empty(t, a.runBulk(a.upload(a.lines(3))).at("bulkOperationRunMutation.userErrors"))
	}
	sixth := a.runBulk(a.upload(a.lines(3)))
	require.Equal(t, "OPERATION_IN_PROGRESS", sixth.at("bulkOperationRunMutation.userErrors.0.code"))
	first := a.do("BulkOperations", nil).at("bulkOperations.nodes.0.id")
	require.Contains(t, sixth.at("bulkOperationRunMutation.userErrors.0.message"), first)
	require.Equal(t, "CANCELING", a.do("BulkOperationCancel", variables{"id": first}).at("bulkOperationCancel.bulkOperation.status"))
	require.Equal(t, "CANCELED", a.do("BulkOperation", variables{"id": first}).at("bulkOperation.status"))
}

func TestBulkMutationNeedsAFileAndAMutation(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.Equal(t, "NO_SUCH_FILE", a.runBulk("tmp/1").at("bulkOperationRunMutation.userErrors.0.code"))
	for _, text := range []string{`{ shop { id } }`, `mutation {`, `mutation { bulkOperationCancel(id: "1") { userErrors { message } } }`, `mutation { nothing { id } }`} {
		refused := a.do("BulkOperationRunMutation", variables{"mutation": text, "stagedUploadPath": a.upload("{}")})
		require.Equal(t, "INVALID_MUTATION", refused.at("bulkOperationRunMutation.userErrors.0.code"), text)
	}
}

func TestEmptyBulkMutationCompletes(t *testing.T) {
	a := install(t, sandbox.Options{})
	id := a.runBulk(a.upload("")).at("bulkOperationRunMutation.bulkOperation.id")
	a.clock.pass(time.Second)
	require.Equal(t, "COMPLETED", a.do("BulkOperation", variables{"id": id}).at("bulkOperation.status"))
}
