package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/graph-gophers/graphql-go"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

type account struct {
	ID                                     graphql.ID
	Kind, Name, ExternalID, Region, Status string
	ConnectedAt                            dateTime
	DisconnectedAt                         *dateTime

	reads  *pgxpool.Pool
	caller store.Caller
}

type orderManagement struct{ Routes []orderRoute }

type orderRoute struct {
	Task, System string
	URL          *url
}

// OrderManagement implements Account.
func (a *account) OrderManagement() *orderManagement {
	if a.Kind != "TIKTOK_SHOP" {
		return nil
	}
	return new(ordersOf(a.Status == "CONNECTED", a.caller.Region, a.Region))
}

// ordersOf says where orders are looked after.
func ordersOf(connected bool, storeRegion, shopRegion string) orderManagement {
	route := orderRoute{System: "SHOPIFY"}
	if !connected {
		route = orderRoute{System: "SELLER_CENTER", URL: new(url(store.SellerCenter(storeRegion, shopRegion)))}
	}
	routes := make([]orderRoute, 0, 4)
	for _, task := range []string{"FULFILLMENT", "CANCELLATION", "RETURN", "REFUND"} {
		route.Task = task
		routes = append(routes, route)
	}
	return orderManagement{Routes: routes}
}

type disconnectPreview struct {
	Token           string
	SnapshotTakenAt dateTime
	Warnings        []store.Warning
	Changes         []settingChange
}

// DisconnectPreview implements Account.
func (a *account) DisconnectPreview(ctx context.Context) (*disconnectPreview, error) {
	if a.Kind != "TIKTOK_SHOP" || a.Status != "CONNECTED" {
		return nil, nil
	}
	rows, err := a.reads.Query(ctx, store.SelectWhole, a.caller.ID)
	if err != nil {
		return nil, err
	}
	shop, err := collectShop(rows)
	if err != nil || shop.ID != string(a.ID) { // disconnected meanwhile
		return nil, err
	}
	return previewOf(shop, a.caller), nil
}

// previewOf returns nil when the shop cannot be disconnected.
func previewOf(shop store.Account, caller store.Caller) *disconnectPreview {
	changes, err := shop.Restoring()
	if err != nil {
		return nil
	}
	warnings := shop.Warnings(caller, changes)
	return &disconnectPreview{
		Token:           tokenOf(shop, warnings, changes),
		SnapshotTakenAt: dateTime{shop.OpenedAt},
		Warnings:        warnings,
		Changes:         changesOf(changes),
	}
}

// shown is a change as the token of a preview depends on it.
type shown struct {
	Key           string `json:"key"`
	Scope         string `json:"scope"`
	Kind          string `json:"kind"`
	Before        string `json:"before"`
	After         string `json:"after"`
	LastChangedBy struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"lastChangedBy"`
}

// tokenOf is a keyed hash of all that a preview shows, in the product's form.
func tokenOf(shop store.Account, warnings []store.Warning, changes []store.Changed) string {
	all := make([]shown, len(changes))
	for i, c := range changes {
		all[i] = shown{Key: c.Key, Scope: c.Scope, Kind: c.Sort(), Before: c.Before, After: c.After}
		all[i].LastChangedBy.Kind, all[i].LastChangedBy.Name = c.Kind, c.Name
	}
	text, _ := json.Marshal(struct { // all of it can be written
		Epoch    string
		TakenAt  time.Time
		Warnings []store.Warning
		Changes  []shown
	}{shop.Epoch, shop.OpenedAt, warnings, all})
	mac := hmac.New(sha256.New, shop.Salt)
	mac.Write(text)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

type settingChange struct {
	Key, Scope, Kind string
	Before, After    *settingValue
	LastChangedBy    actor
}

func changesOf(changes []store.Changed) []settingChange {
	list := make([]settingChange, len(changes))
	for i, c := range changes {
		list[i] = changeOf(c)
	}
	return list
}

func changeOf(c store.Changed) settingChange {
	return settingChange{c.Key, c.Scope, c.Sort(), valueOrNull(c.Before), valueOrNull(c.After), actor{c.Kind, c.Name}}
}

func valueOrNull(text string) *settingValue {
	if text == "" {
		return nil
	}
	return new(settingValue(text))
}

// collectShop returns the connected shop among the rows of SelectWhole, one without an id when there is none.
func collectShop(rows pgx.Rows) (shop store.Account, err error) {
	accounts, err := pgx.CollectRows(rows, scanWhole)
	for _, a := range accounts {
		if a.ConnectedShop() {
			shop = a
		}
	}
	return shop, err
}

func scanWhole(row pgx.CollectableRow) (a store.Account, err error) {
	var keys, scopes, kinds, names []string
	var values []zeronull.Text
	err = row.Scan(&a.ID, &a.Name, &a.Kind, &a.Status, &a.Region, (*zeronull.Text)(&a.Epoch), (*zeronull.Timestamptz)(&a.OpenedAt),
		(*zeronull.Text)(&a.Snapshot), (*zeronull.Text)(&a.Digest), &a.Salt, &keys, &scopes, &values, &kinds, &names)
	a.OpenedAt = a.OpenedAt.UTC()
	for i, key := range keys {
		a.Settings = append(a.Settings, store.Setting{Key: key, Scope: scopes[i], Value: string(values[i]), Kind: kinds[i], Name: names[i]})
	}
	return a, err
}
