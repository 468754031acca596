// Package postgraphile has what PostGraphile is asked instead of the product's documents. Its server makes an API of
// views, functions and types of a schema of its own; schema.sql has them.
package postgraphile

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"github.com/handback/handback/bench/contender"
)

// Contender is PostGraphile in a process of Node for every processor.
var Contender = contender.Contender{
	Name:    "postgraphile",
	Version: "PostGraphile 5.1.5, Node 20",
	Folder:  "peers/postgraphile",
	Build:   []string{"npm", "install", "--no-save", "--silent", "--prefer-offline"}, // does nothing the second time
	Start:   []string{"node", "../node/cluster.js", "server.js"},
	Env:     []string{"NODE_ENV=production", "GRAPHILE_ENV=production"},
	Documents: map[string]contender.Document{
		"Accounts": {Good: `{"data":{"accounts":{"nodes":[`, Answer: answer(accounts), Query: `query Accounts {
  accounts: allAccounts(orderBy: [CONNECTED_AT_DESC, ROW_ID_DESC]) {
    nodes { id: rowId kind name externalId region status connectedAt disconnectedAt routes { task system url } }
  }
}`},
		"Overview": {Good: `{"data":{"overview":{`, Answer: answer(overview), Query: `query Overview {
  overview {
    tikTokShop { status statusLabel accounts { id: rowId name } }
    tikTokForBusiness { status statusLabel accounts { id: rowId name } }
    routes { task system url }
  }
}`},
		"Settings": {Good: `{"data":{"settings":{"nodes":[`, Answer: answer(settings), Query: `query Settings {
  settings: allSettings(orderBy: [KEY_ASC]) { nodes { key scope value updatedAt updatedByKind updatedByName } }
}`},
		"AuditTrail": {Good: `{"data":{"auditTrail":{"nodes":[`, Answer: answer(auditTrail), Query: `query AuditTrail($first: Int!) {
  auditTrail: allAuditEntries(first: $first, orderBy: [SEQ_DESC]) {
    nodes {
      id: rowId action actorKind actorName occurredAt account { id: rowId name status } disconnection { id: rowId }
      changes(orderBy: [KEY_ASC]) { nodes { key scope kind before after lastChangedByKind lastChangedByName } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`},
		"DisconnectPreview": {Good: `{"data":{"accounts":{"nodes":[`, Answer: answer(previews), Query: `query DisconnectPreview {
  accounts: allAccounts(orderBy: [CONNECTED_AT_DESC, ROW_ID_DESC]) {
    nodes {
      id: rowId name status
      disconnectPreview {
        token snapshotTakenAt warnings { code message count }
        changes { key scope kind before after lastChangedByKind lastChangedByName }
      }
    }
  }
}`},
		"DisconnectTikTokShop": {Good: `"result":{"accountId":"`, Answer: answer(disconnected), Query: `mutation DisconnectTikTokShop {
  disconnectTikTokShop(input: {}) {
    result { accountId status disconnectedAt disconnectionId snapshotTakenAt snapshotDigest restoredDigest overview }
  }
}`},
		"ConnectTikTokShop": {Good: `"result":{"accountId":"`, Answer: answer(connected), Query: `mutation ConnectTikTokShop($authorizationCode: String!) {
  connectTikTokShop(input: {authorizationCode: $authorizationCode}) {
    result { accountId name externalId status connectedAt changes overview }
  }
}`},
	},
}

// object is one of the product's answers.
type object map[string]any

// answer reads PostGraphile's data and writes the product's.
func answer[T any](products func(T) (object, error)) func(json.RawMessage) (json.RawMessage, error) {
	return func(data json.RawMessage) (json.RawMessage, error) {
		var theirs T
		if err := json.Unmarshal(data, &theirs); err != nil {
			return nil, err
		}
		o, err := products(theirs)
		if err != nil {
			return nil, err
		}
		return json.Marshal(o)
	}
}

// list is a page of PostGraphile's.
type list[T any] struct{ Nodes []T }

func each[T any](all []T, products func(T) object) []object {
	made := make([]object, len(all))
	for i, one := range all {
		made[i] = products(one)
	}
	return made
}

// moment is a time; the product writes it in UTC.
type moment struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (m moment) MarshalJSON() ([]byte, error) { return m.UTC().MarshalJSON() }

// value returns JSON that PostGraphile has as a text.
func value(text *string) json.RawMessage {
	if text == nil {
		return json.RawMessage("null")
	}
	return json.RawMessage(*text)
}

func actor(kind, name string) object { return object{"kind": kind, "name": name} }

type account struct {
	ID, Kind, Name, ExternalID, Region, Status string
	ConnectedAt, DisconnectedAt                *moment
	Routes                                     json.RawMessage
	DisconnectPreview                          *preview
}

func accounts(theirs struct{ Accounts list[account] }) (object, error) {
	return object{"accounts": each(theirs.Accounts.Nodes, func(a account) object {
		o := object{"id": a.ID, "kind": a.Kind, "name": a.Name, "externalId": a.ExternalID, "region": a.Region, "status": a.Status,
			"connectedAt": a.ConnectedAt, "disconnectedAt": a.DisconnectedAt, "orderManagement": nil}
		if a.Kind == "TIKTOK_SHOP" { // others have a list without routes
			o["orderManagement"] = object{"routes": a.Routes}
		}
		return o
	})}, nil
}

func overview(theirs struct {
	Overview struct{ TikTokShop, TikTokForBusiness, Routes json.RawMessage }
}) (object, error) {
	o := theirs.Overview
	return object{"overview": object{"tikTokShop": o.TikTokShop, "tikTokForBusiness": o.TikTokForBusiness,
		"orderManagement": object{"routes": o.Routes}}}, nil
}

type setting struct {
	Key, Scope                   string
	Value                        *string
	UpdatedAt                    moment
	UpdatedByKind, UpdatedByName string
}

func settings(theirs struct{ Settings list[setting] }) (object, error) {
	return object{"settings": each(theirs.Settings.Nodes, func(s setting) object {
		return object{"key": s.Key, "scope": s.Scope, "value": value(s.Value), "updatedAt": s.UpdatedAt,
			"updatedBy": actor(s.UpdatedByKind, s.UpdatedByName)}
	})}, nil
}

type change struct {
	Key, Scope, Kind                     string
	Before, After                        *string
	LastChangedByKind, LastChangedByName string
}

func (c change) products() object {
	return object{"key": c.Key, "scope": c.Scope, "kind": c.Kind, "before": value(c.Before), "after": value(c.After),
		"lastChangedBy": actor(c.LastChangedByKind, c.LastChangedByName)}
}

type entry struct {
	ID, Action, ActorKind, ActorName string
	OccurredAt                       moment
	Account, Disconnection           json.RawMessage
	Changes                          list[change]
}

// auditTrail checks that a page has a cursor; it is another one than the product's, the id of its last entry.
func auditTrail(theirs struct {
	AuditTrail struct {
		list[entry]
		PageInfo struct {
			HasNextPage bool
			EndCursor   string
		}
	}
}) (object, error) {
	trail := theirs.AuditTrail
	var cursor any
	if n := len(trail.Nodes); n > 0 {
		if trail.PageInfo.EndCursor == "" {
			return nil, errors.New("the page has no cursor")
		}
		cursor = base64.RawURLEncoding.EncodeToString([]byte(trail.Nodes[n-1].ID))
	}
	nodes := each(trail.Nodes, func(e entry) object {
		return object{"id": e.ID, "action": e.Action, "actor": actor(e.ActorKind, e.ActorName), "occurredAt": e.OccurredAt,
			"account": e.Account, "disconnection": e.Disconnection, "changes": each(e.Changes.Nodes, change.products)}
	})
	return object{"auditTrail": object{"nodes": nodes,
		"pageInfo": object{"hasNextPage": trail.PageInfo.HasNextPage, "endCursor": cursor}}}, nil
}

type preview struct {
	Token           string
	SnapshotTakenAt moment
	Warnings        json.RawMessage
	Changes         []change
}

func previews(theirs struct{ Accounts list[account] }) (object, error) {
	return object{"accounts": each(theirs.Accounts.Nodes, func(a account) object {
		o := object{"id": a.ID, "name": a.Name, "status": a.Status, "disconnectPreview": nil}
		if p := a.DisconnectPreview; p != nil {
			o["disconnectPreview"] = object{"token": p.Token, "snapshotTakenAt": p.SnapshotTakenAt, "warnings": p.Warnings,
				"changes": each(p.Changes, change.products)}
		}
		return o
	})}, nil
}

// userErrors of a success; a refusal is an error of the whole mutation.
var userErrors = []object{}

func disconnected(theirs struct {
	DisconnectTikTokShop struct {
		Result struct {
			AccountID, Status, DisconnectionID, SnapshotDigest, RestoredDigest string
			DisconnectedAt, SnapshotTakenAt                                    moment
			Overview                                                           json.RawMessage
		}
	}
}) (object, error) {
	r := theirs.DisconnectTikTokShop.Result
	return object{"disconnectTikTokShop": object{
		"account": object{"id": r.AccountID, "status": r.Status, "disconnectedAt": r.DisconnectedAt},
		"disconnection": object{"id": r.DisconnectionID, "disconnectedAt": r.DisconnectedAt, "restoration": object{
			"snapshotTakenAt": r.SnapshotTakenAt, "snapshotDigest": r.SnapshotDigest, "restoredDigest": r.RestoredDigest}},
		"overview": r.Overview, "userErrors": userErrors,
	}}, nil
}

func connected(theirs struct {
	ConnectTikTokShop struct {
		Result struct {
			AccountID, Name, ExternalID, Status string
			ConnectedAt                         moment
			Changes                             []change
			Overview                            json.RawMessage
		}
	}
}) (object, error) {
	r := theirs.ConnectTikTokShop.Result
	return object{"connectTikTokShop": object{
		"account": object{"id": r.AccountID, "name": r.Name, "externalId": r.ExternalID, "status": r.Status, "connectedAt": r.ConnectedAt},
		"changes": each(r.Changes, func(c change) object {
			return object{"key": c.Key, "kind": c.Kind, "before": value(c.Before), "after": value(c.After)}
		}),
		"overview": r.Overview, "userErrors": userErrors,
	}}, nil
}
