package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/handback/handback/bench/contender"
)

// operation is one of those that are compared.
type operation struct {
	name      string
	query     string
	variables func(number int) map[string]any // for the store of the number; nil for none
	mutation  bool
	// anew makes the variables of each request, for those that must not be the same twice; nil for the others.
	anew func(r *rand.Rand) map[string]any
}

const summary = `overview { tikTokShop { statusLabel } tikTokForBusiness { statusLabel } orderManagement { routes { task system url } } }`

// operations are asked for by these documents, as the admin and the README ask.
var operations = []operation{
	{name: "Accounts", query: `query Accounts {
  accounts { id kind name externalId region status connectedAt disconnectedAt orderManagement { routes { task system url } } }
}`},
	{name: "Overview", query: `query Overview {
  overview {
    tikTokShop { status statusLabel accounts { id name } }
    tikTokForBusiness { status statusLabel accounts { id name } }
    orderManagement { routes { task system url } }
  }
}`},
	{name: "Settings", query: `query Settings {
  settings { key scope value updatedAt updatedBy { kind name } }
}`},
	{name: "AuditTrail", variables: func(int) map[string]any { return map[string]any{"first": 10} }, query: `query AuditTrail($first: Int!) {
  auditTrail(first: $first) {
    nodes {
      id action actor { kind name } occurredAt account { id name status } disconnection { id }
      changes { key scope kind before after lastChangedBy { kind name } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`},
	{name: "DisconnectPreview", query: `query DisconnectPreview {
  accounts {
    id name status
    disconnectPreview { token snapshotTakenAt warnings { code message count } changes { key scope kind before after lastChangedBy { kind name } } }
  }
}`},
	{name: disconnecting, mutation: true, query: `mutation DisconnectTikTokShop {
  disconnectTikTokShop(confirm: true) {
    account { id status disconnectedAt }
    disconnection { id disconnectedAt restoration { snapshotTakenAt snapshotDigest restoredDigest } }
    ` + summary + `
    userErrors { code message field }
  }
}`},
	{name: connecting, mutation: true, variables: func(number int) map[string]any { return map[string]any{"authorizationCode": codeOf(number)} },
		query: `mutation ConnectTikTokShop($authorizationCode: String!) {
  connectTikTokShop(authorizationCode: $authorizationCode) {
    account { id name externalId status connectedAt }
    changes { key kind before after }
    ` + summary + `
    userErrors { code message field }
  }
}`},
}

const (
	disconnecting = "DisconnectTikTokShop"
	connecting    = "ConnectTikTokShop"
)

func operationOf(name string) operation {
	for _, o := range operations {
		if o.name == name {
			return o
		}
	}
	panic("there is no operation " + name)
}

// good stands in every answer that is a success.
func (o operation) good(document contender.Document) []byte {
	switch {
	case document.Good != "":
		return []byte(document.Good)
	case o.mutation:
		return []byte(`"userErrors":[]`)
	default:
		return []byte(`{"data":{`)
	}
}

// placeholder is a store's number that no store has.
const placeholder = 999_999

// template is an operation as a contender is asked for it, but for the store.
type template struct {
	body   []byte
	of     []byte // what names the store in it; nil when nothing does
	good   []byte
	answer func(json.RawMessage) (json.RawMessage, error)
	anew   func(r *rand.Rand) []byte // the body of each request; nil when it is always the same
}

func (o operation) template(c contender.Contender) (t template, err error) {
	document, own := c.Documents[o.name]
	query, variables := o.query, map[string]any{}
	if o.variables != nil {
		variables = o.variables(placeholder)
	}
	if own {
		query = document.Query
		if document.Variables != nil {
			variables = document.Variables(variables)
		}
	}
	t = template{good: o.good(document), answer: document.Answer}
	if o.anew != nil {
		t.anew = func(r *rand.Rand) []byte {
			body, _ := bodyOf(o.name, query, o.anew(r)) // of what can be written as JSON
			return body
		}
		return t, nil
	}
	t.body, err = bodyOf(o.name, query, variables)
	if of := []byte(shopOf(placeholder)); bytes.Contains(t.body, of) {
		t.of = of
	}
	return t, err
}

func bodyOf(name, query string, variables map[string]any) ([]byte, error) {
	return json.Marshal(struct {
		OperationName string         `json:"operationName"`
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
	}{name, query, variables})
}

// varied is the template of the next request.
func (t template) varied(r *rand.Rand) template {
	if t.anew != nil {
		t.body = t.anew(r)
	}
	return t
}

// bodyOf returns the body for a store.
func (t template) bodyOf(number int) []byte {
	if t.of == nil {
		return t.body
	}
	return bytes.ReplaceAll(t.body, t.of, []byte(shopOf(number)))
}

// What a store of a number has.
func domainOf(number int) string { return fmt.Sprintf("bench-%06d.myshopify.com", number) }
func shopOf(number int) string   { return fmt.Sprintf("BENCH%06d", number) }
func codeOf(number int) string   { return "sandbox:US:owner:" + shopOf(number) }
