package endpoint

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/elnormous/contenttype"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
	mediaStream  = "text/event-stream"
)

// offered is what answers can be; the first is for clients that take anything.
var offered = []contenttype.MediaType{
	contenttype.NewMediaType(mediaJSON), contenttype.NewMediaType(mediaGraphQL),
	contenttype.NewMediaType(mediaJSON + "; charset=utf-8"), contenttype.NewMediaType(mediaGraphQL + "; charset=utf-8"),
}

// streams are what answers can be to who names it. Others, who take anything, may not know what to do with one.
var streams = []contenttype.MediaType{contenttype.NewMediaType(mediaStream)}

// negotiate picks the media type of the answer, and rejects requests whose headers say that they cannot be answered. streamable says
// that a stream is one of those that the client names.
func negotiate(r *http.Request) (media string, streamable bool, rejection *requestError) {
	media = mediaJSON
	if accept := acceptOf(r.Header); accept != "" {
		all := offered
		if streamable = acceptsStream(accept); streamable {
			all = slices.Concat(offered, streams)
		}
		accepted, _, err := contenttype.GetAcceptableMediaTypeFromHeader(accept, all)
		switch {
		case errors.Is(err, contenttype.ErrNoAcceptableTypeFound):
			return media, false, newRequestError(codeNotAcceptable, "Answers are "+mediaGraphQL+" or "+mediaJSON+", and for subscriptions "+mediaStream+", in UTF-8.")
		case err == nil: // what cannot be read asks for nothing
			media = accepted.MIME()
		}
	}
	switch r.Method {
	case http.MethodGet:
		return media, streamable, nil
	case http.MethodPost:
		return media, streamable, rejectContentType(r.Header)
	}
	return media, streamable, newRequestError(codeMethodNotAllowed, "Send operations by POST, or queries and subscriptions by GET.")
}

func acceptsStream(accept string) bool {
	if !strings.Contains(accept, mediaStream) {
		return false
	}
	_, _, err := contenttype.GetAcceptableMediaTypeFromHeader(accept, streams)
	return err == nil
}

// acceptOf is the list of all Accept headers without its empty elements, which have no meaning.
func acceptOf(header http.Header) string {
	var elements []string
	for element := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		if strings.TrimSpace(element) != "" {
			elements = append(elements, strings.ToLower(element))
		}
	}
	return strings.Join(elements, ",")
}

func rejectContentType(header http.Header) *requestError {
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset, given := params["charset"]
	if err != nil || media != mediaJSON || given && !strings.EqualFold(charset, "utf-8") || header.Get("Content-Encoding") != "" {
		return newRequestError(codeUnsupportedMediaType, "Send Content-Type: application/json, in UTF-8 and not compressed.")
	}
	return nil
}

// rejectByGet rejects what GET must not do.
func rejectByGet(method string, operation *ast.OperationDefinition) *requestError {
	if method == http.MethodGet && operation.Operation == ast.Mutation {
		return newRequestError(codeMethodNotAllowed, "Send mutations by POST.")
	}
	return nil
}
