package db

import "gorm.io/gorm"

// PoolStats is how busy the connections to the database are.
type PoolStats struct {
	Name        string // "read" or "write"
	Limit       int    // how many there may be
	InUse, Idle int
	Waits       int64   // how often somebody had to wait for one, since the start
	WaitSeconds float64 // how long they waited, all together
}

// Pools tells how busy the connections for reads and those for writes are. It asks no database.
func (r *Repository) Pools() []PoolStats {
	return []PoolStats{poolStats("read", r.reader), poolStats("write", r.writer)}
}

func poolStats(name string, pool *gorm.DB) PoolStats {
	conns, err := pool.DB()
	if err != nil {
		return PoolStats{Name: name}
	}
	stats := conns.Stats()
	return PoolStats{
		Name: name, Limit: stats.MaxOpenConnections, InUse: stats.InUse, Idle: stats.Idle,
		Waits: stats.WaitCount, WaitSeconds: stats.WaitDuration.Seconds(),
	}
}
