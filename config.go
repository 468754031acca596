package main

import (
	"errors"
	"fmt"
	"net"

	"github.com/caarlos0/env/v11"
)

// config is what the environment says.
type config struct {
	Addr        string `env:"ADDR" envDefault:"127.0.0.1:8080"` // where to listen; port 0 takes a free one
	DatabaseURL string `env:"DATABASE_URL"`                     // sqlite:PATH or postgres://…; empty: sqlite:handback.db
}

func readConfig() (config, error) {
	var c config
	if err := env.Parse(&c); err != nil {
		return c, err
	}
	return c, checkLoopback(c.Addr)
}

// checkLoopback refuses addresses that other machines can reach: there is no sign-in, so whoever reaches the
// program acts as the demo store's seller.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("ADDR %q is not HOST:PORT", addr)
	}
	if !isLoopback(host) {
		return errors.New("ADDR must be a loopback address such as 127.0.0.1:8080: there is no sign-in, so anybody who reached the program could act as the seller")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
