package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Caller is whom a session token names.
type Caller struct {
	*Store
	Actor string
}

// Store is a tenant.
type Store struct{ ID, Region string }

// Sessions checks session tokens. A store is looked up once.
type Sessions struct {
	key    string
	secret []byte
	reads  *pgxpool.Pool
	stores sync.Map // from domain to *Store
}

// NewSessions takes what tokens are checked with from the environment.
func NewSessions(reads *pgxpool.Pool) *Sessions {
	return &Sessions{key: os.Getenv("SHOPIFY_API_KEY"), secret: []byte(os.Getenv("SHOPIFY_API_SECRET")), reads: reads}
}

var errUnauthenticated = errors.New("unauthenticated")

// header is that of every token there is.
var header = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

// Caller returns who asks.
func (s *Sessions) Caller(r *http.Request) (Caller, error) {
	claims, err := s.verify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), time.Now())
	if err != nil {
		return Caller{}, err
	}
	store, err := s.store(r.Context(), strings.TrimPrefix(claims.Dest, "https://"))
	return Caller{Store: store, Actor: "Shopify user " + claims.Sub}, err
}

type claims struct {
	Iss, Dest, Aud, Sub string
	Exp, Nbf            int64
}

func (s *Sessions) verify(token string, now time.Time) (c claims, err error) {
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

func (s *Sessions) store(ctx context.Context, domain string) (*Store, error) {
	if known, ok := s.stores.Load(domain); ok {
		return known.(*Store), nil
	}
	var found Store
	if err := s.reads.QueryRow(ctx, SelectStore, domain).Scan(&found.ID, &found.Region); err != nil {
		return nil, err
	}
	s.stores.Store(domain, &found)
	return &found, nil
}
