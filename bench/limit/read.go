package main

import (
	"bytes"
	"context"
	"encoding/base64"

	"github.com/jackc/pgx/v5"

	"github.com/handback/handback/bench/store"
)

// each reads the rows of a statement as the server sends them.
func each(rows pgx.Rows, err error, row func(columns [][]byte)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row(rows.RawValues())
	}
	return rows.Err()
}

// next puts a comma before every element of a list but the first.
func next(to []byte) []byte {
	if to[len(to)-1] == '[' {
		return to
	}
	return append(to, ',')
}

func is(column []byte, text string) bool { return string(column) == text }

func (l *limit) accounts(ctx context.Context, to []byte, caller store.Caller) ([]byte, error) {
	to = append(to, `{"data":{"accounts":[`...)
	rows, err := l.reads.Query(ctx, store.SelectAccounts, caller.ID)
	err = each(rows, err, func(c [][]byte) {
		to = plain(append(next(to), `{"id":`...), string(c[0]))
		to = plain(append(to, `,"kind":`...), string(c[1]))
		to = quote(append(to, `,"name":`...), string(c[2]))
		to = quote(append(to, `,"externalId":`...), string(c[3]))
		to = plain(append(to, `,"region":`...), string(c[4]))
		to = plain(append(to, `,"status":`...), string(c[5]))
		to = timeOrNull(append(to, `,"connectedAt":`...), c[6])
		to = timeOrNull(append(to, `,"disconnectedAt":`...), c[7])
		to = append(to, `,"orderManagement":`...)
		if is(c[1], "TIKTOK_SHOP") {
			to = routes(to, is(c[5], "CONNECTED"), caller.Region, string(c[4]))
		} else {
			to = append(to, "null"...)
		}
		to = append(to, '}')
	})
	return append(to, `]}}`...), err
}

func (l *limit) overview(ctx context.Context, to []byte, caller store.Caller) ([]byte, error) {
	var shops, businesses []byte
	region, connected := caller.Region, false
	rows, err := l.reads.Query(ctx, store.SelectConnected, caller.ID)
	err = each(rows, err, func(c [][]byte) {
		list := &businesses
		if is(c[0], "TIKTOK_SHOP") {
			list, region, connected = &shops, string(c[3]), true
		}
		if len(*list) > 0 {
			*list = append(*list, ',')
		}
		*list = plain(append(*list, `{"id":`...), string(c[1]))
		*list = append(quote(append(*list, `,"name":`...), string(c[2])), '}')
	})
	to = channel(append(to, `{"data":{"overview":{"tikTokShop":`...), shops)
	to = channel(append(to, `,"tikTokForBusiness":`...), businesses)
	to = routes(append(to, `,"orderManagement":`...), connected, caller.Region, region)
	return append(to, `}}}`...), err
}

func channel(to, accounts []byte) []byte {
	if len(accounts) == 0 {
		return append(to, `{"status":"SETUP_IN_PROGRESS","statusLabel":"Setup in Progress","accounts":[]}`...)
	}
	to = append(to, `{"status":"CONNECTED","statusLabel":"Connected","accounts":[`...)
	to = append(to, accounts...)
	return append(to, `]}`...)
}

func (l *limit) settings(ctx context.Context, to []byte, caller store.Caller) ([]byte, error) {
	to = append(to, `{"data":{"settings":[`...)
	rows, err := l.reads.Query(ctx, store.SelectSettings, caller.ID)
	err = each(rows, err, func(c [][]byte) {
		to = plain(append(next(to), `{"key":`...), string(c[0]))
		to = plain(append(to, `,"scope":`...), string(c[1]))
		to = append(append(to, `,"value":`...), c[2]...)
		to = timeOrNull(append(to, `,"updatedAt":`...), c[3])
		to = plain(append(to, `,"updatedBy":{"kind":`...), string(c[4]))
		to = append(quote(append(to, `,"name":`...), string(c[5])), `}}`...)
	})
	return append(to, `]}}`...), err
}

// auditTrail reads the entries and, in the same breath, what they changed.
func (l *limit) auditTrail(ctx context.Context, to []byte, caller store.Caller, first int) ([]byte, error) {
	var batch pgx.Batch
	batch.Queue(store.SelectEntriesChanges, caller.ID, first)
	batch.Queue(store.SelectEntries, caller.ID, first+1)
	answers := l.reads.SendBatch(ctx, &batch)
	defer func() { _ = answers.Close() }()
	var changes, seqs []byte // of all entries; the number of each one's entry, and where it ends
	ends := make([]int, 0, 128)
	rows, err := answers.Query()
	err = each(rows, err, func(c [][]byte) {
		seqs = append(seqs, c[0]...)
		changes = change(append(changes, ','), string(c[1]), string(c[2]), string(c[3]), string(c[4]), string(c[5]), string(c[6]))
		ends = append(ends, len(changes))
	})
	if err != nil {
		return to, err
	}
	to = append(to, `{"data":{"auditTrail":{"nodes":[`...)
	count, used, last, more := 0, 0, "", false
	rows, err = answers.Query()
	err = each(rows, err, func(c [][]byte) {
		if more = count == first; more {
			return
		}
		count, last = count+1, string(c[1])
		to = append(entry(next(to), c), `,"changes":[`...)
		begin := used
		for used < len(ends) && bytes.Equal(seqs[8*used:8*used+8], c[0]) {
			used++
		}
		if used > begin {
			to = append(to, changes[startOf(ends, begin)+1:ends[used-1]]...)
		}
		to = append(to, `]}`...)
	})
	return page(to, more, last), err
}

func startOf(ends []int, i int) int {
	if i == 0 {
		return 0
	}
	return ends[i-1]
}

// entry appends an audit entry that is not ended yet.
func entry(to []byte, c [][]byte) []byte {
	to = plain(append(to, `{"id":`...), string(c[1]))
	to = plain(append(to, `,"action":`...), string(c[2]))
	to = plain(append(to, `,"actor":{"kind":`...), string(c[3]))
	to = quote(append(to, `,"name":`...), string(c[4]))
	to = timeOrNull(append(to, `},"occurredAt":`...), c[5])
	to = append(to, `,"account":`...)
	if c[6] == nil {
		to = append(to, "null"...)
	} else {
		to = plain(append(to, `{"id":`...), string(c[6]))
		to = quote(append(to, `,"name":`...), string(c[7]))
		to = append(plain(append(to, `,"status":`...), string(c[8])), '}')
	}
	to = append(to, `,"disconnection":`...)
	if c[9] == nil {
		return append(to, "null"...)
	}
	return append(plain(append(to, `{"id":`...), string(c[9])), '}')
}

func page(to []byte, more bool, last string) []byte {
	to = append(to, `],"pageInfo":{"hasNextPage":`...)
	if more {
		to = append(to, "true"...)
	} else {
		to = append(to, "false"...)
	}
	to = append(to, `,"endCursor":`...)
	if last == "" {
		return append(to, `null}}}}`...)
	}
	to = append(to, '"')
	to = base64.RawURLEncoding.AppendEncode(to, []byte(last))
	return append(to, `"}}}}`...)
}
