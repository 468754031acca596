package db

import "handback/models"

// sizeOf is how many bytes a row has that sellers and partners have written, by the pointer to it; what else it has is
// little.
func sizeOf(row any) (bytes int) {
	switch row := row.(type) {
	case *models.Setting:
		return len(row.Value)
	case *foundEntry:
		return lengths(row.changes)
	case *foundRecord:
		return lengths(row.record)
	case *foundAccount:
		return len(row.epoch.Snapshot) + lengths(row.settings, row.records)
	}
	return 0
}

// lengths is how long texts are altogether.
func lengths(texts ...*string) (bytes int) {
	for _, text := range texts {
		if text != nil {
			bytes += len(*text)
		}
	}
	return bytes
}
