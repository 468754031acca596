package program

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// Client calls a program with a credential.
type Client struct {
	*Process
	Credential string // a session token or an API key; "" for none
}

// As returns a client that calls the program with a session token or an API key, or with no credential.
func (p *Process) As(credential string) Client { return Client{p, credential} }

// Call sends an operation. variables are names and values by turns.
func (c Client) Call(query string, variables ...any) Response {
	c.T.Helper()
	named := map[string]any{}
	for i := 0; i < len(variables); i += 2 {
		named[variables[i].(string)] = variables[i+1]
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": named})
	require.NoError(c.T, err)
	var headers []string
	if c.Credential != "" {
		headers = []string{"Authorization", "Bearer " + c.Credential}
	}
	return c.Send(http.MethodPost, "/graphql", string(body), headers...)
}

// Data is what an operation gives, which must give no errors.
func (c Client) Data(query string, variables ...any) string {
	c.T.Helper()
	response := c.Call(query, variables...)
	require.Equal(c.T, http.StatusOK, response.Status, response.Body)
	var result struct {
		Data   json.RawMessage
		Errors []any
	}
	require.NoError(c.T, json.Unmarshal([]byte(response.Body), &result))
	require.Empty(c.T, result.Errors, response.Body)
	return string(result.Data)
}

// Insist sends a mutation until it is neither refused nor fails: on a slow machine a platform may not answer in time.
func (c Client) Insist(query string) {
	c.T.Helper()
	last := ""
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if last = c.Call(query).Body; strings.Contains(last, `"userErrors":[]`) {
			return
		}
	}
	require.FailNow(c.T, "it is refused again and again", last)
}

// CreateKey makes an API key, as a seller does.
func (c Client) CreateKey(name, scopes string) (id, secret string) {
	c.T.Helper()
	var created struct {
		CreateAPIKey struct {
			APIKey struct{ ID string }
			Secret string
		} `json:"createApiKey"`
	}
	data := c.Data(`mutation($name: String!) { createApiKey(name: $name, scopes: [`+scopes+`]) { apiKey { id } secret userErrors { code } } }`, "name", name)
	require.NoError(c.T, json.Unmarshal([]byte(data), &created))
	require.NotEmpty(c.T, created.CreateAPIKey.Secret, data)
	return created.CreateAPIKey.APIKey.ID, created.CreateAPIKey.Secret
}

// RevokeKey revokes an API key, as a seller does.
func (c Client) RevokeKey(id string) {
	c.T.Helper()
	require.Contains(c.T, c.Data(`mutation($id: ID!) { revokeApiKey(id: $id) { userErrors { code } } }`, "id", id), `"userErrors":[]`)
}

// AwaitShop waits until the account that is connected last has one of the statuses.
func (c Client) AwaitShop(statuses ...string) {
	c.T.Helper()
	last := ""
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var accounts struct {
			Accounts []struct {
				Kind, Status string
			}
		}
		last = c.Data(`{ accounts { kind status setup { done total problem { code message } } disconnections { status progress { done total problem { code message } } } } }`)
		require.NoError(c.T, json.Unmarshal([]byte(last), &accounts))
		for _, account := range accounts.Accounts {
			if account.Kind != "TIKTOK_SHOP" {
				continue
			}
			if slices.Contains(statuses, account.Status) {
				return
			}
			break
		}
	}
	require.FailNow(c.T, "the shop is not "+strings.Join(statuses, " or "), last)
}

// AwaitDisconnection waits until the last disconnection of the account that is connected last has the status.
func (c Client) AwaitDisconnection(status string) {
	c.T.Helper()
	last := ""
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var data struct {
			Accounts []struct{ Disconnections []struct{ Status string } }
		}
		last = c.Data(`{ accounts { status disconnections { status progress { done total nextAttemptAt problem { code message } } } } }`)
		require.NoError(c.T, json.Unmarshal([]byte(last), &data))
		if len(data.Accounts) > 0 && len(data.Accounts[0].Disconnections) > 0 && data.Accounts[0].Disconnections[0].Status == status {
			return
		}
	}
	require.FailNow(c.T, "the disconnection is not "+status, last)
}

// AwaitAuthorizationsEnd waits until what TikTok had permitted before disconnects is ended: until then their shops are not connected again.
func (c Client) AwaitAuthorizationsEnd() {
	c.T.Helper()
	last := ""
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		last = c.Data(`{ accounts { disconnections { status authorization { status } } } }`)
		if !strings.Contains(last, `"PENDING"`) {
			return
		}
	}
	require.FailNow(c.T, "an authorization is not ended", last)
}
