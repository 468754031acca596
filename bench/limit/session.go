package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// caller is whom a session token names.
type caller struct {
	*store
	actor string
}

// store is a tenant.
type store struct{ id, region string }

// sessions checks session tokens. A store is looked up once.
type sessions struct {
	key    string
	secret []byte
	reads  *pgxpool.Pool
	stores sync.Map // from domain to *store
}

var errUnauthenticated = errors.New("unauthenticated")

// header is that of every token there is.
var header = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

func (s *sessions) caller(r *http.Request) (caller, error) {
	claims, err := s.verify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), time.Now())
	if err != nil {
		return caller{}, err
	}
	store, err := s.store(r.Context(), strings.TrimPrefix(claims.Dest, "https://"))
	return caller{store: store, actor: "Shopify user " + claims.Sub}, err
}

type claims struct {
	Iss, Dest, Aud, Sub string
	Exp, Nbf            int64
}

func (s *sessions) verify(token string, now time.Time) (c claims, err error) {
	end := strings.LastIndexByte(token, '.')
	if !strings.HasPrefix(token, header+".") || end <= len(header) {
		return c, errUnauthenticated
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(token[:end]))
	seal, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil || !hmac.Equal(seal, mac.Sum(nil)) {
		return c, errUnauthenticated
	}
	text, err := base64.RawURLEncoding.DecodeString(token[len(header)+1 : end])
	if err != nil {
		return c, errUnauthenticated
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, errUnauthenticated
	}
	if c.Aud != s.key || c.Iss != c.Dest+"/admin" || now.Unix() > c.Exp+10 || now.Unix() < c.Nbf-10 {
		return c, errUnauthenticated
	}
	return c, nil
}

func (s *sessions) store(ctx context.Context, domain string) (*store, error) {
	if known, ok := s.stores.Load(domain); ok {
		return known.(*store), nil
	}
	var found store
	if err := s.reads.QueryRow(ctx, `SELECT id, region FROM stores WHERE domain = $1`, domain).Scan(&found.id, &found.region); err != nil {
		return nil, err
	}
	s.stores.Store(domain, &found)
	return &found, nil
}
