package db

import (
	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// Pools tells how busy the connections for reads and those for writes are. It asks no database.
func (r *Repository) Pools() []models.PoolStats {
	return []models.PoolStats{poolStats("read", r.reader), poolStats("write", r.writer)}
}

func poolStats(name string, pool *gorm.DB) models.PoolStats {
	conns, err := pool.DB()
	if err != nil {
		return models.PoolStats{Name: name}
	}
	stats := conns.Stats()
	return models.PoolStats{
		Name: name, Limit: stats.MaxOpenConnections, InUse: stats.InUse, Idle: stats.Idle,
		Waits: stats.WaitCount, WaitSeconds: stats.WaitDuration.Seconds(),
	}
}
