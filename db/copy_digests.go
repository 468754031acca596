package db

import (
	"context"
	"errors"

	"github.com/handback/handback/models"
)

// compareDigests fails unless the settings of every store, and what is in every snapshot, have the same digests in both databases. It says
// how many stores and snapshots there are.
func compareDigests(ctx context.Context, source, target copyEnd) (stores, snapshots int64, err error) {
	fromStores, err := settingDigests(ctx, source)
	toStores, toErr := settingDigests(ctx, target)
	fromSnapshots, snapshotErr := snapshotDigests(ctx, source)
	toSnapshots, toSnapshotErr := snapshotDigests(ctx, target)
	if err := errors.Join(err, toErr, snapshotErr, toSnapshotErr); err != nil {
		return 0, 0, err
	}
	switch {
	case fromStores != toStores:
		return 0, 0, errors.New("the settings of a store have another digest after copying")
	case fromSnapshots != toSnapshots:
		return 0, 0, errors.New("a snapshot has another digest after copying")
	}
	return fromStores.rows, fromSnapshots.rows, nil
}

// settingDigests has a row for each store that has settings: its id, and the digest of those that a snapshot would have.
func settingDigests(ctx context.Context, of copyEnd) (sum tableSum, err error) {
	rows, err := of.tx.QueryContext(ctx, "SELECT store_id, key, value FROM settings WHERE value IS NOT NULL AND scope <> 'ADS' ORDER BY store_id, key")
	if err != nil {
		return tableSum{}, err
	}
	defer rows.Close()
	var store string
	var settings []models.SnapshotSetting
	end := func() error {
		if store == "" {
			return nil
		}
		return sum.add([]any{store, models.Digest(settings)})
	}
	for rows.Next() {
		var of string
		var setting models.SnapshotSetting
		if err := rows.Scan(&of, &setting.Key, &setting.Value); err != nil {
			return tableSum{}, err
		}
		if of != store {
			if err := end(); err != nil {
				return tableSum{}, err
			}
			store, settings = of, nil
		}
		settings = append(settings, setting)
	}
	return sum, errors.Join(rows.Err(), end())
}

// snapshotDigests has a row for each snapshot: its epoch, and the digest of what is in it, none for one that is damaged.
func snapshotDigests(ctx context.Context, of copyEnd) (sum tableSum, err error) {
	rows, err := of.tx.QueryContext(ctx, "SELECT id, COALESCE(snapshot, ''), snapshot_digest FROM epochs")
	if err != nil {
		return tableSum{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var epoch models.Epoch
		if err := rows.Scan(&epoch.ID, &epoch.Snapshot, &epoch.SnapshotDigest); err != nil {
			return tableSum{}, err
		}
		row := []any{epoch.ID, epoch.SnapshotDigest, nil}
		if snapshot, ok := epoch.Recorded(); ok {
			row[2] = models.Digest(snapshot.Settings)
		}
		if err := sum.add(row); err != nil {
			return tableSum{}, err
		}
	}
	return sum, rows.Err()
}
