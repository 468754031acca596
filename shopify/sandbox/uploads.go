package sandbox

import (
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
)

const (
	uploadPath = "/staged-uploads/"
	resultPath = "/bulk-results/"
	maxUpload  = 100 << 20 // bytes
)

// upload is a place for a file that the app was given.
type upload struct {
	Name      string // of the file
	Signature string // what lets a form in
	Complete  bool
	Lines     int64
}

func (w *world) putUpload(path string, u *upload) {
	w.Uploads[path] = u
	w.put("upload", path, u)
}

func (w *world) dropUpload(files files, path string) {
	if u := w.Uploads[path]; u != nil {
		files.remove(u.Name)
		delete(w.Uploads, path)
		w.drop("upload", path)
	}
}

// stagedTarget is what the app is told about a place: its parameters have to be sent in that order, the file last.
type stagedTarget struct {
	url        string
	parameters []parameter
}

type parameter struct{ name, value string }

func uploadTypes(types map[string]objectType) {
	types["StagedUploadParameter"] = objectType{fields: map[string]field{
		"name":  get(func(p parameter) any { return p.name }),
		"value": get(func(p parameter) any { return p.value }),
	}}
	parameters := object("StagedUploadParameter", func(t stagedTarget) any {
		var parameters []any
		for _, p := range t.parameters {
			parameters = append(parameters, p)
		}
		return parameters
	})
	parameters.shape = list
	types["StagedMediaUploadTarget"] = objectType{fields: map[string]field{
		"url":         get(func(t stagedTarget) any { return t.url }),
		"resourceUrl": get(func(stagedTarget) any { return nil }),
		"parameters":  parameters,
	}}
	types["StagedUploadsPayload"] = payloadType("stagedTargets:[StagedMediaUploadTarget]", "userErrors:[UserError]")
	addFields(types["Mutation"], map[string]field{
		"stagedUploadsCreate": {of: "StagedUploadsPayload", args: []string{"input!"}, resolve: stageUploads},
	})
}

func stageUploads(e *execution, _ any, args arguments) any {
	targets := []any{}
	for at, input := range args.objects("input") {
		resource, _ := input.text("resource")
		method, _ := input.text("httpMethod")
		filename, _ := input.text("filename")
		if resource != "BULK_MUTATION_VARIABLES" || method != http.MethodPost || filename == "" {
			return refuse("", "The sandbox takes BULK_MUTATION_VARIABLES by POST only", "input", id(int64(at)))
		}
		u := &upload{Name: rand.Text() + ".jsonl", Signature: rand.Text()}
		path := "tmp/" + id(e.world.Shop.ID) + "/bulk/" + strings.ToLower(rand.Text()) + "/" + filename
		e.world.putUpload(path, u)
		targets = append(targets, stagedTarget{url: e.origin + uploadPath, parameters: []parameter{
			{"key", path}, {"Content-Type", "text/jsonl"}, {"success_action_status", "201"}, {"x-goog-signature", u.Signature},
		}})
	}
	return done("stagedTargets", targets)
}

// serveUpload takes a form with the parameters of a place, and then the file.
func (s *Sandbox) serveUpload(w http.ResponseWriter, r *http.Request) {
	call := &Call{Operation: "StagedUpload"}
	form, err := readForm(http.MaxBytesReader(w, r.Body, maxUpload+1<<16), r)
	call.Target = form.values["key"]
	fault, ok := s.begin(w, r, nil, call, false)
	if !ok {
		return
	}
	s.mu.Lock()
	status := http.StatusForbidden
	shop, u := s.findUpload(form.values["key"])
	switch {
	case err != nil:
		status = http.StatusBadRequest
	case u != nil && u.Signature == form.values["x-goog-signature"]:
		status = s.storeUpload(shop, u, form)
	}
	call.Outcome = outcomeOfStatus(status)
	s.finish(shop, call, fault)
	s.mu.Unlock()
	fault.Cut()
	w.WriteHeader(status)
}

func outcomeOfStatus(status int) string {
	if status/100 == 2 {
		return OutcomeOK
	}
	return OutcomeInvalid
}

func (s *Sandbox) findUpload(path string) (*world, *upload) {
	for _, w := range s.worlds {
		if u := w.Uploads[path]; u != nil {
			return w, u
		}
	}
	return nil, nil
}

func (s *Sandbox) storeUpload(w *world, u *upload, form uploadForm) int {
	if err := s.files.write(u.Name, 0, form.file); err != nil {
		s.reported = err
		return http.StatusInternalServerError
	}
	u.Complete, u.Lines = true, countLines(form.file)
	w.putUpload(form.values["key"], u)
	return http.StatusCreated
}

type uploadForm struct {
	values map[string]string
	file   []byte
}

// readForm reads a form whose last part is the file.
func readForm(body io.Reader, r *http.Request) (uploadForm, error) {
	form := uploadForm{values: map[string]string{}}
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(body)
	parts, err := copied.MultipartReader()
	if err != nil {
		return form, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return form, err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return form, err
		}
		if part.FormName() == "file" {
			form.file = text
			return form, lastPart(parts)
		}
		form.values[part.FormName()] = string(text)
	}
}

func lastPart(parts *multipart.Reader) error {
	if _, err := parts.NextPart(); err != io.EOF {
		return errors.New("the file must be the last part")
	}
	return nil
}

func countLines(text []byte) int64 {
	var lines int64
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.TrimSpace(line) != "" {
			lines++
		}
	}
	return lines
}
