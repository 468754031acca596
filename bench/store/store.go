// Package store has what the programs written by hand in Go share, the limit and the peer on graphql-go: whom a
// session token names, the statements, and what disconnecting and connecting change. How rows are read and answers are
// written is each program's own.
package store

import (
	"context"
	"crypto/rand"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// connections is how many there are for reads, and for writes, as in the product.
const connections = 8

// Open returns the connections for reads and those for writes.
func Open(ctx context.Context) (reads, writes *pgxpool.Pool, err error) {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		return nil, nil, err
	}
	config.MaxConns = connections
	if reads, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, nil, err
	}
	writes, err = pgxpool.NewWithConfig(ctx, config.Copy())
	return reads, writes, err
}

// NewID is as long as the product's, and in the same order.
func NewID(kind string) string { return kind + "_" + uuid.Must(uuid.NewV7()).String() }

// NewSalt is what the tokens of previews are keyed with.
func NewSalt() []byte {
	salt := make([]byte, 32)
	_, _ = rand.Read(salt)
	return salt
}

// Now is a moment as the database keeps it.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
