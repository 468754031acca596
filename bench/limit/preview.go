package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/handback/handback/bench/store"
)

func scanWhole(c [][]byte) store.Account {
	a := store.Account{ID: string(c[0]), Name: string(c[1]), Kind: string(c[2]), Status: string(c[3]), Region: string(c[4])}
	if c[5] != nil {
		a.Epoch, a.OpenedAt, a.Snapshot, a.Digest, a.Salt = string(c[5]), timeOf(c[6]), string(c[7]), string(c[8]), slices.Clone(c[9])
	}
	keys, scopes, values, kinds, names := texts(c[10]), texts(c[11]), texts(c[12]), texts(c[13]), texts(c[14])
	a.Settings = make([]store.Setting, len(keys))
	for i, key := range keys {
		a.Settings[i] = store.Setting{Key: key, Scope: scopes[i], Value: values[i], Kind: kinds[i], Name: names[i]}
	}
	return a
}

func (l *limit) preview(ctx context.Context, to []byte, caller store.Caller) ([]byte, error) {
	to = append(to, `{"data":{"accounts":[`...)
	rows, err := l.reads.Query(ctx, store.SelectWhole, caller.ID)
	err = each(rows, err, func(c [][]byte) {
		a := scanWhole(c)
		to = plain(append(next(to), `{"id":`...), a.ID)
		to = quote(append(to, `,"name":`...), a.Name)
		to = plain(append(to, `,"status":`...), a.Status)
		to = append(to, `,"disconnectPreview":`...)
		changes, damaged := []store.Changed(nil), error(nil)
		if a.ConnectedShop() {
			changes, damaged = a.Restoring()
		}
		if !a.ConnectedShop() || damaged != nil {
			to = append(to, `null}`...)
			return
		}
		to = append(shown(to, caller, a, changes), `}`...)
	})
	return append(to, `]}}`...), err
}

// shown appends a preview. Its token is a keyed hash of all of it, in the product's form.
func shown(to []byte, caller store.Caller, a store.Account, changes []store.Changed) []byte {
	warned := warnings(nil, a.Warnings(caller, changes))
	hashed := plain(append(make([]byte, 0, 8<<10), `{"Epoch":`...), a.Epoch)
	hashed = moment(append(hashed, `,"TakenAt":`...), a.OpenedAt)
	hashed = append(append(append(hashed, `,"Warnings":[`...), warned...), `],"Changes":[`...)
	for _, c := range changes {
		hashed = appendHashed(next(hashed), c)
	}
	hashed = append(hashed, `]}`...)
	mac := hmac.New(sha256.New, a.Salt)
	mac.Write(hashed)

	to = append(to, `{"token":"`...)
	to = base64.RawURLEncoding.AppendEncode(to, mac.Sum(nil))
	to = moment(append(to, `","snapshotTakenAt":`...), a.OpenedAt)
	to = append(append(append(to, `,"warnings":[`...), warned...), `],"changes":[`...)
	for _, c := range changes {
		to = change(next(to), c.Key, c.Scope, c.Before, c.After, c.Kind, c.Name)
	}
	return append(to, `]}`...)
}

// appendHashed appends a change as the token depends on it.
func appendHashed(to []byte, c store.Changed) []byte {
	to = plain(append(to, `{"key":`...), c.Key)
	to = plain(append(to, `,"scope":`...), c.Scope)
	to = plain(append(to, `,"kind":`...), c.Sort())
	to = quote(append(to, `,"before":`...), c.Before)
	to = quote(append(to, `,"after":`...), c.After)
	to = plain(append(to, `,"lastChangedBy":{"kind":`...), c.Kind)
	return append(quote(append(to, `,"name":`...), c.Name), `}}`...)
}

// change appends a change as the API tells it.
func change(to []byte, key, scope, before, after, kind, name string) []byte {
	to = plain(append(to, `{"key":`...), key)
	to = plain(append(to, `,"scope":`...), scope)
	to = plain(append(to, `,"kind":`...), store.Changed{Before: before, After: after}.Sort())
	to = raw(append(to, `,"before":`...), before)
	to = raw(append(to, `,"after":`...), after)
	to = plain(append(to, `,"lastChangedBy":{"kind":`...), kind)
	return append(quote(append(to, `,"name":`...), name), `}}`...)
}

func warnings(to []byte, list []store.Warning) []byte {
	for i, w := range list {
		if i > 0 {
			to = append(to, ',')
		}
		to = plain(append(to, `{"code":`...), w.Code)
		to = append(quote(append(to, `,"message":`...), w.Message), `,"count":`...)
		if w.Count == nil {
			to = append(to, "null"...)
		} else {
			to = strconv.AppendInt(to, int64(*w.Count), 10)
		}
		to = append(to, '}')
	}
	return to
}
