package jobs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// ask plays the merchant, who may do everything and is not listed among the calls.
func (l *life) ask(query string) json.RawMessage {
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(l.t, err)
	answered := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/2026-10/graphql.json", bytes.NewReader(body))
	request.Header.Set("X-Sandbox-Shop", l.domain)
	l.box.Control().ServeHTTP(answered, request)
	var answer struct {
		Data   map[string]json.RawMessage `json:"data"`
		Errors json.RawMessage            `json:"errors"`
	}
	require.NoError(l.t, json.Unmarshal(answered.Body.Bytes(), &answer), answered.Body.String())
	require.Empty(l.t, answer.Errors, "%s", answered.Body)
	text, err := json.Marshal(answer.Data)
	require.NoError(l.t, err)
	return text
}

// change plays the merchant who changes something, which must be allowed.
func (l *life) change(mutation string) {
	answer := l.ask("mutation { " + mutation + " }")
	require.Contains(l.t, string(answer), `rrors":[]`, "%s", mutation)
}

func gid(kind string, number int) string { return fmt.Sprintf("gid://shopify/%s/%d", kind, number) }

func (l *life) deleteProduct(number int) {
	l.change(fmt.Sprintf(`productDelete(input: {id: %q}) { userErrors { message } }`, gid("Product", number)))
}

func (l *life) publish(number int, on bool) {
	verb := map[bool]string{true: "publishablePublish", false: "publishableUnpublish"}[on]
	l.change(fmt.Sprintf(`%s(id: %q, input: [{publicationId: %q}]) { userErrors { message } }`, verb, gid("Product", number), l.publication()))
}

func (l *life) setLocation(number int, online bool) {
	l.change(fmt.Sprintf(`locationEdit(id: %q, input: {fulfillsOnlineOrders: %t}) { userErrors { message } }`, gid("Location", number), online))
}

func (l *life) setAutoPublish(on bool) {
	l.change(fmt.Sprintf(`publicationUpdate(id: %q, input: {autoPublish: %t}) { userErrors { message } }`, l.publication(), on))
}

// publication is the app's, which has to be installed.
func (l *life) publication() string {
	var answer struct {
		Installation struct {
			App struct {
				ID string `json:"id"`
			} `json:"app"`
		} `json:"currentAppInstallation"`
		Publications struct {
			Nodes []struct {
				ID      string          `json:"id"`
				Catalog json.RawMessage `json:"catalog"`
			} `json:"nodes"`
		} `json:"publications"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(`{ currentAppInstallation { app { id } } `+publicationsQuery+` }`), &answer))
	for _, publication := range answer.Publications.Nodes {
		if strings.Contains(string(publication.Catalog), `"`+answer.Installation.App.ID+`"`) {
			return publication.ID
		}
	}
	require.FailNow(l.t, "the app has no publication")
	return ""
}

const publicationsQuery = `publications(first: 50) { nodes { id autoPublish catalog { ... on AppCatalog { apps(first: 5) { nodes { id } } } } products(first: 250) { nodes { id } } } }`

const stateQuery = `{
  products(first: 250) { nodes { id title status } }
  locations(first: 250, includeInactive: true) { nodes { id name isActive fulfillsOnlineOrders isFulfillmentService } }
  webhookSubscriptions(first: 250) { nodes { topic uri format } }
  channels(first: 50) { nodes { handle accountId accountName specificationHandle } }
  ` + publicationsQuery + `
}`

// atShopify is what the merchant sees of the store: a line for each thing there is.
func (l *life) atShopify() []string {
	var lists map[string]struct {
		Nodes []map[string]json.RawMessage `json:"nodes"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(stateQuery), &lists))
	var lines []string
	for name, list := range lists {
		for _, node := range list.Nodes {
			text, err := json.Marshal(node)
			require.NoError(l.t, err)
			lines = append(lines, name+" "+string(text))
		}
	}
	slices.Sort(lines)
	return lines
}
