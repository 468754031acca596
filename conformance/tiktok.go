package conformance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/handback/handback/tiktok/sandbox"
)

// tikTokFiles are those of TikTok's API that the program uses a part of.
var tikTokFiles = []string{"authorization", "event", "logistics", "order", "return_refund", "seller"}

const tikTokFolder = "package/skills/tts-openapi-guide/references/oas/paths/"

// signed are parameters that every request has and that the files leave out.
var signed = []string{"app_key", "sign", "timestamp"}

// TikTokAPI is what TikTok publishes of its API, read strictly: what is not declared is a mistake.
type TikTokAPI struct {
	documents []*openapi3.T
}

// LoadTikTokAPI reads it out of the package.
func LoadTikTokAPI(archive string) (*TikTokAPI, error) {
	texts, err := readFiles(archive, func(name string) bool {
		return path.Dir(name)+"/" == tikTokFolder && slices.Contains(tikTokFiles, strings.TrimSuffix(path.Base(name), ".json"))
	})
	if err != nil {
		return nil, err
	}
	if len(texts) != len(tikTokFiles) {
		return nil, fmt.Errorf("%s has %d of the files %v", archive, len(texts), tikTokFiles)
	}
	api := &TikTokAPI{}
	for _, text := range texts {
		document, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			return nil, err
		}
		makeStrict(document)
		api.documents = append(api.documents, document)
	}
	return api, nil
}

// readFiles reads files of an archive.
func readFiles(archive string, wanted func(name string) bool) ([][]byte, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for entries := tar.NewReader(unzipped); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		if !wanted(entry.Name) {
			continue
		}
		text, err := io.ReadAll(entries)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
}

// makeStrict refuses members that are not declared, in requests and answers.
func makeStrict(document *openapi3.T) {
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.RequestBody != nil {
				strictContent(operation.RequestBody.Value.Content)
			}
			for _, response := range operation.Responses.Map() {
				strictContent(response.Value.Content)
			}
		}
	}
}

func strictContent(content openapi3.Content) {
	for _, media := range content {
		strictSchema(media.Schema)
	}
}

func strictSchema(of *openapi3.SchemaRef) {
	if of == nil || of.Value == nil {
		return
	}
	schema := of.Value
	strictSchema(schema.Items)
	for _, member := range schema.Properties {
		strictSchema(member)
	}
	if schema.Items == nil && (len(schema.Properties) > 0 || schema.Type.Is("object")) {
		no := false
		schema.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
	}
}

// find returns the operation of a request, and what stands in its path. A parameter of a path is one segment.
func (a *TikTokAPI) find(method, requested string) (*routers.Route, map[string]string) {
	for _, document := range a.documents {
		for pattern, item := range document.Paths.Map() {
			values, ok := matchPath(pattern, requested)
			if operation := item.GetOperation(method); ok && operation != nil {
				return &routers.Route{Spec: document, Path: pattern, PathItem: item, Method: method, Operation: operation}, values
			}
		}
	}
	return nil, nil
}

func matchPath(pattern, requested string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(requested, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, segment := range want {
		name, isParameter := strings.CutPrefix(segment, "{")
		switch {
		case isParameter:
			values[strings.TrimSuffix(name, "}")] = got[i]
		case segment != got[i]:
			return nil, false
		}
	}
	return values, true
}

// Exchange lists what is wrong with a call and with its answer. A call that is not valid is right to be refused.
func (a *TikTokAPI) Exchange(e sandbox.Exchange) []string {
	var answer struct {
		Code    int
		Message string
	}
	if err := json.Unmarshal(e.Answer, &answer); err != nil {
		return []string{"the answer is no JSON: " + err.Error()}
	}
	input, err := a.input(e)
	if err == nil {
		err = checkRequest(input)
	}
	switch {
	case err != nil && answer.Code != 0:
		return nil
	case err != nil:
		return []string{"the sandbox takes what the platform does not: " + err.Error()}
	case answer.Code != 0 && answer.Message == "Invalid body":
		return []string{"the sandbox refuses what is valid"}
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), output.SetBodyBytes(e.Answer)); err != nil {
		return []string{"answer: " + err.Error()}
	}
	return nil
}

// input makes the request anew, with a token that stands for the one that was not recorded.
func (a *TikTokAPI) input(e sandbox.Exchange) (*openapi3filter.RequestValidationInput, error) {
	route, values := a.find(e.Method, e.Path)
	if route == nil {
		return nil, fmt.Errorf("there is no %s %s", e.Method, e.Path)
	}
	request, err := http.NewRequestWithContext(context.Background(), e.Method, e.Path+"?"+e.Query.Encode(), bytes.NewReader([]byte(e.Body)))
	if err != nil {
		return nil, err
	}
	for _, name := range e.Headers {
		request.Header.Set(name, "application/json")
	}
	return &openapi3filter.RequestValidationInput{Request: request, PathParams: values, Route: route}, nil
}

// checkRequest adds to the files what stands beside them: parameters that are not declared are mistakes, but for those that
// every request needs; and where a shop's cipher is declared, it is needed, as TikTok says that other data come without it.
func checkRequest(input *openapi3filter.RequestValidationInput) error {
	declared := slices.Clone(signed)
	needed := slices.Clone(signed)
	for _, parameter := range input.Route.Operation.Parameters {
		if parameter.Value.In == openapi3.ParameterInQuery {
			declared = append(declared, parameter.Value.Name)
		}
	}
	if slices.Contains(declared, "shop_cipher") {
		needed = append(needed, "shop_cipher")
	}
	query := input.Request.URL.Query()
	for name := range query {
		if !slices.Contains(declared, name) {
			return fmt.Errorf("the parameter %s is not declared", name)
		}
	}
	for _, name := range needed {
		if query.Get(name) == "" {
			return fmt.Errorf("the parameter %s is missing", name)
		}
	}
	if input.Route.Operation.RequestBody == nil && input.Request.ContentLength > 0 {
		return fmt.Errorf("%s %s has no body", input.Route.Method, input.Route.Path)
	}
	return openapi3filter.ValidateRequest(context.Background(), input)
}
