package main

import (
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// What the app is known by at Shopify.
const (
	apiKey    = "bench"
	apiSecret = "a-secret-of-the-benchmark-alone"
	keyset    = "CMDN3bwDEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIDdFftjCSdOdF72h0xLBougOqpJQ7B22XRERBmruoXBvGAEQARjAzd28AyAB" // of the benchmark alone, too
)

// Tokens may live for five minutes. They are made anew long before, between measurements.
const (
	tokenLife = 290 * time.Second
	tokenAge  = 2 * time.Minute
)

// sessions has a session token for each store, as the value of the Authorization header.
type sessions struct {
	nobody    bool // signs in: there are no tokens
	platforms *standIns
	keys      map[int][]byte // API keys by the number of the store; nil for those that copies of the first store have
	mu        sync.Mutex
	made      time.Time
	tokens    [][]byte // by the number of the store
}

// tokensUpTo makes tokens for the stores up to a number, unless there are fresh ones.
func (s *sessions) tokensUpTo(number int) (tokens [][]byte, err error) {
	if s.nobody {
		return make([][]byte, number+1), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tokens) > number && time.Since(s.made) < tokenAge {
		return s.tokens, nil
	}
	made := make([][]byte, number+1)
	now := time.Now()
	for i := range made {
		if made[i], err = newToken(domainOf(i), now); err != nil {
			return nil, err
		}
	}
	s.made, s.tokens = now, made
	return made, nil
}

// credentials are what a server is asked with about the stores up to a number. That are session tokens, but for API keys of stores that
// are not linked, where the server knows keys.
func (s *sessions) credentials(of *server, number int) ([][]byte, error) {
	tokens, err := s.tokensUpTo(number)
	if err != nil || s.nobody || !of.Keys || of.bySession {
		return tokens, err
	}
	mixed := slices.Clone(tokens)
	for i := range mixed {
		if key, ok := s.key(i); ok && !isLinked(i) {
			mixed[i] = key
		}
	}
	return mixed, nil
}

// sandbox is where the product finds what stands in for both platforms, "" for within itself.
func (s *sessions) sandbox() string {
	if s.platforms == nil {
		return ""
	}
	return s.platforms.URL
}

// key is the API key of a store, if it has one.
func (s *sessions) key(number int) (header []byte, ok bool) {
	if s.keys == nil {
		return []byte("Bearer " + keyOf(number)), true
	}
	header, ok = s.keys[number]
	return header, ok
}

func newToken(domain string, now time.Time) ([]byte, error) {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": apiKey, "sub": "42",
		"exp": now.Add(tokenLife).Unix(), "nbf": now.Unix(), "iat": now.Unix(), "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087", "sid": "aaea182f",
	}).SignedString([]byte(apiSecret))
	return []byte("Bearer " + token), err
}
