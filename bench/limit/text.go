package main

import (
	"encoding/binary"
	"encoding/json"
	"time"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// quote appends a string as encoding/json writes it, which the preview's token depends on.
func quote(to []byte, text string) []byte {
	to = append(to, '"')
	begin := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c < utf8.RuneSelf {
			continue
		}
		to = append(to, text[begin:i]...)
		begin = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '<', '>', '&':
			to = append(to, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default: // what is rare need not be fast
			rest, _ := json.Marshal(text[i:])
			return append(to, rest[1:]...)
		}
	}
	to = append(to, text[begin:]...)
	return append(to, '"')
}

// plain appends a string that needs no escaping: ids, keys, codes.
func plain(to []byte, text string) []byte {
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"')
}

// raw appends JSON, null when there is none.
func raw(to []byte, value string) []byte {
	if value == "" {
		return append(to, "null"...)
	}
	return append(to, value...)
}

func moment(to []byte, t time.Time) []byte {
	to = append(to, '"')
	to = t.AppendFormat(to, time.RFC3339Nano)
	return append(to, '"')
}

// year2000 is where PostgreSQL counts from, in microseconds since 1970.
const year2000 = 946_684_800_000_000

// timeOf reads a timestamptz as the server sends it.
func timeOf(column []byte) time.Time {
	return time.UnixMicro(int64(binary.BigEndian.Uint64(column)) + year2000).UTC()
}

// timeOrNull appends a timestamptz as the server sends it.
func timeOrNull(to, column []byte) []byte {
	if column == nil {
		return append(to, "null"...)
	}
	return moment(to, timeOf(column))
}

// texts reads a list of texts as the server sends it, "" for null.
func texts(column []byte) []string {
	if len(column) < 20 {
		return nil
	}
	list := make([]string, binary.BigEndian.Uint32(column[12:]))
	column = column[20:]
	for i := range list {
		length := int32(binary.BigEndian.Uint32(column))
		column = column[4:]
		if length >= 0 {
			list[i] = string(column[:length])
			column = column[length:]
		}
	}
	return list
}
