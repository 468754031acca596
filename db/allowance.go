package db

import "handback/models"

// sizeOf is how many bytes a row has that sellers and partners have written, by the pointer to it; what else it has is
// little.
func sizeOf(row any) (bytes int) {
	switch row := row.(type) {
	case *models.Setting:
		return len(row.Value)
	case **models.AuditEntry:
		return sizeOfChanges((*row).Changes)
	case **models.Disconnection:
		return sizeOfChanges((*row).Restoration.Changes)
	case *accountRow:
		bytes = len(row.epoch.Snapshot)
		for _, setting := range row.settings {
			bytes += len(setting.Value)
		}
		for _, disconnection := range row.account.Disconnections {
			bytes += sizeOfChanges(disconnection.Restoration.Changes)
		}
	}
	return bytes
}

func sizeOfChanges(changes []models.SettingChange) (bytes int) {
	for _, change := range changes {
		bytes += len(change.Before) + len(change.After)
	}
	return bytes
}
