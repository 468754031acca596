package test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// TestGraphiQLSignsIn: the page opens without a credential, as Shopify's admin and browsers ask for it, and can do nothing
// without one; one that is no good is rejected.
func TestGraphiQLSignsIn(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn()...)
	seller := p.As(program.SessionToken(aurora, "42"))
	id, key := seller.CreateKey("Rithum", "READ")
	page := func(user, password string) program.Response {
		request, err := http.NewRequest(http.MethodGet, p.Base(), http.NoBody)
		require.NoError(t, err)
		request.SetBasicAuth(user, password)
		return p.Send(http.MethodGet, "/graphiql", "", "Authorization", request.Header.Get("Authorization"))
	}
	rejected := func(answer program.Response) {
		t.Helper()
		require.Equal(t, http.StatusUnauthorized, answer.Status)
		require.Equal(t, []string{`Basic realm="Handback: an API key as the password", charset="UTF-8"`, `Bearer realm="handback"`},
			answer.Header.Values("WWW-Authenticate"))
		require.NotContains(t, answer.Body, "<")
	}
	for _, path := range []string{"/graphiql", "/graphiql/", "/graphiql/graphiql.min.js", "/graphiql/examples.json", "/graphiql/nothing"} {
		rejected(p.Send(http.MethodGet, path, "", "Authorization", "Bearer x"))
		rejected(p.Send(http.MethodGet, path+"?token="+key, "", "Authorization", "Bearer "+key))
	}
	open := p.Send(http.MethodGet, "/graphiql?shop="+aurora+"&host=YQ", "")
	require.Equal(t, http.StatusOK, open.Status)
	require.Contains(t, open.Body, `content="`+program.AppKey+`"`)
	require.Contains(t, open.Header.Get("Content-Security-Policy"), "frame-ancestors https://admin.shopify.com https://"+aurora)
	require.Equal(t, http.StatusNotFound, p.Send(http.MethodGet, "/graphiql/nothing", "").Status)
	require.Equal(t, http.StatusUnauthorized, p.Send(http.MethodPost, "/graphql", `{"query":"{ store { id } }"}`).Status)
	rejected(page(key, ""))
	rejected(page("", key[:len(key)-1]))
	for _, answer := range []program.Response{
		page("", key), page("anybody", key), page("", seller.Credential),
		p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+key), p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer "+seller.Credential),
	} {
		require.Equal(t, http.StatusOK, answer.Status)
		require.Contains(t, answer.Body, "<html")
		require.Contains(t, answer.Header.Get("Content-Security-Policy"), "frame-ancestors https://admin.shopify.com")
	}
	seller.RevokeKey(id)
	rejected(page("", key))
	require.Equal(t, http.StatusUnauthorized, p.Send(http.MethodPost, "/graphql", `{"query":"{ store { id } }"}`, "Authorization", "Basic eDp5").Status)

	demo := program.Start(t, program.Shipped)
	require.Contains(t, demo.Send(http.MethodGet, "/graphiql", "").Body, "<html")
	require.Equal(t, http.StatusUnauthorized, demo.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x").Status)
}
