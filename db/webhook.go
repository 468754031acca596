package db

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// WebhookEndpoints reads the store's webhook endpoints, newest first.
func (r *Repository) WebhookEndpoints(ctx context.Context, caller models.Caller) ([]models.WebhookEndpoint, error) {
	tx, done := r.reading(ctx)
	defer done()
	return orFault(r.readWebhookEndpoints(tx, caller.Store.ID))
}

// WebhookEndpoint reads one endpoint, nil when the store has none of this id.
func (r *Repository) WebhookEndpoint(ctx context.Context, caller models.Caller, id string) (*models.WebhookEndpoint, error) {
	tx, done := r.reading(ctx)
	defer done()
	return orFault(r.readWebhookEndpoint(tx, caller.Store.ID, id))
}

// CreateWebhookEndpoint makes an endpoint that gets what happens from now on, and a secret that is in the result and nowhere else. An
// error may be refusals.
func (r *Repository) CreateWebhookEndpoint(ctx context.Context, caller models.Caller, request models.WebhookRequest) (*models.WebhookSecretResult, error) {
	if refusal := models.RefuseURL(models.CreateInvalidURL, request.URL, r.LocalWebhooks); refusal != nil {
		return nil, refusal
	}
	if r.PassingSealer {
		return nil, models.RefuseUnkeptSecret(models.CreateSecretsUnavailable)
	}
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.WebhookSecretResult, error) {
		return r.createWebhookEndpoint(tx, caller, request)
	})
}

func (r *Repository) createWebhookEndpoint(tx session, caller models.Caller, request models.WebhookRequest) (*models.WebhookSecretResult, error) {
	if err := tx.lockStoreToAdd(caller.Store.ID, models.EndpointBytes); err != nil {
		return nil, err
	}
	var present int64
	if err := tx.orm().Model(&models.WebhookEndpoint{}).Where("store_id", caller.Store.ID).Count(&present).Error; err != nil {
		return nil, err
	}
	if refusal := models.RefuseAnotherEndpoint(present); refusal != nil {
		return nil, refusal
	}
	if err := refuseToday(tx, models.CreateEndpointDailyLimit); err != nil {
		return nil, err
	}
	newest, err := tx.newestEvent(caller.Store.ID)
	if err != nil {
		return nil, err
	}
	now := r.Now()
	endpoint := models.WebhookEndpoint{
		ID: "webhook_" + r.NewID(), StoreID: caller.Store.ID, URL: request.URL, Topics: models.WebhookTopicsOf(request.Topics), CreatedAt: now,
		SentThrough: newest, ReadAt: now,
	}
	if err := tx.orm().Create(&endpoint).Error; err != nil {
		return nil, err
	}
	secret, err := r.addWebhookSecret(tx, &endpoint, now)
	if err == nil {
		err = tx.setHasWebhooks(caller.Store.ID, true)
	}
	if err == nil {
		err = tx.appendEntry(r.newEntry(caller, models.WebhookEndpointCreated, nil))
	}
	return &models.WebhookSecretResult{Endpoint: endpoint, Secret: secret}, err
}

// UpdateWebhookEndpoint changes an endpoint, and has it tried at once where it begins anew. An error may be a refusal.
func (r *Repository) UpdateWebhookEndpoint(ctx context.Context, caller models.Caller, change models.WebhookChange) (*models.WebhookEndpoint, error) {
	if change.URL != nil {
		if refusal := models.RefuseURL(models.UpdateInvalidURL, *change.URL, r.LocalWebhooks); refusal != nil {
			return nil, refusal
		}
	}
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.WebhookEndpoint, error) {
		before, err := r.lockWebhookEndpointToAdd(tx, caller.Store.ID, change.ID)
		if err != nil {
			return nil, err
		}
		if before == nil {
			return nil, models.RefuseUnknownEndpoint(models.UpdateEndpointNotFound, "id")
		}
		after, changed := change.Apply(*before, before.ReadAt)
		if !changed {
			return &after, errUnchanged
		}
		if err := refuseToday(tx, models.UpdateEndpointDailyLimit); err != nil {
			return nil, err
		}
		_, err = r.saveWebhookEndpoint(tx, caller, &after, models.WebhookEndpointUpdated)
		return &after, err
	})
}

// DeleteWebhookEndpoint removes an endpoint with its secrets and its deliveries, and returns it as it was. An error may be a refusal.
func (r *Repository) DeleteWebhookEndpoint(ctx context.Context, caller models.Caller, id string) (*models.WebhookEndpoint, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.WebhookEndpoint, error) {
		endpoint, err := r.lockWebhookEndpoint(tx, caller.Store.ID, id)
		if err != nil {
			return nil, err
		}
		if endpoint == nil {
			return nil, models.RefuseUnknownEndpoint(models.DeleteEndpointNotFound, "id")
		}
		if err := tx.orm().Delete(&models.WebhookEndpoint{ID: endpoint.ID}).Error; err != nil {
			return nil, err
		}
		var left int64
		if err := tx.orm().Model(&models.WebhookEndpoint{}).Where("store_id", caller.Store.ID).Count(&left).Error; err != nil {
			return nil, err
		}
		if err := tx.setHasWebhooks(caller.Store.ID, left > 0); err != nil {
			return nil, err
		}
		return endpoint, tx.appendEntry(r.newEntry(caller, models.WebhookEndpointDeleted, nil))
	})
}

// RotateWebhookSecret gives an endpoint another secret; those it has end soon. An error may be a refusal.
func (r *Repository) RotateWebhookSecret(ctx context.Context, caller models.Caller, id string) (*models.WebhookSecretResult, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.WebhookSecretResult, error) {
		endpoint, err := r.lockWebhookEndpointToAdd(tx, caller.Store.ID, id)
		if err != nil {
			return nil, err
		}
		if endpoint == nil {
			return nil, models.RefuseUnknownEndpoint(models.RotateEndpointNotFound, "id")
		}
		if r.PassingSealer {
			return nil, models.RefuseUnkeptSecret(models.RotateSecretsUnavailable)
		}
		if err := refuseToday(tx, models.RotateSecretDailyLimit); err != nil {
			return nil, err
		}
		at, err := endWebhookSecrets(tx, id, endpoint.ReadAt)
		if err != nil {
			return nil, err
		}
		secret, err := r.addWebhookSecret(tx, endpoint, at)
		if err == nil {
			err = tx.appendEntry(r.newEntry(caller, models.WebhookSecretRotated, nil))
		}
		return &models.WebhookSecretResult{Endpoint: *endpoint, Secret: secret}, err
	})
}

// RedeliverEvents has the events that follow one, or the newest, be sent to an endpoint again. An error may be a refusal; it is a
// models.BadInput when the store has no such event.
func (r *Repository) RedeliverEvents(ctx context.Context, caller models.Caller, request models.RedeliveryRequest) (*models.WebhookEndpoint, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.WebhookEndpoint, error) {
		endpoint, err := r.lockWebhookEndpointToAdd(tx, caller.Store.ID, request.EndpointID)
		if err != nil {
			return nil, err
		}
		if endpoint == nil {
			return nil, models.RefuseUnknownEndpoint(models.RedeliverEndpointNotFound, "endpointId")
		}
		after, err := tx.eventNumber(caller.Store.ID, request.After)
		if err != nil {
			return nil, err
		}
		if refusal := models.RefuseRedelivery(endpoint); refusal != nil {
			return nil, refusal
		}
		if request.Last > 0 {
			if after, err = tx.beforeNewest(endpoint, request.Last); err != nil {
				return nil, err
			}
		}
		if err := refuseToday(tx, models.RedeliverDailyLimit); err != nil {
			return nil, err
		}
		endpoint.SendAgain(after)
		unsent, err := r.saveWebhookEndpoint(tx, caller, endpoint, models.EventsRedelivered)
		tx.add(unsent*models.DeliveryBytes, endpoint.ReadAt)
		return endpoint, err
	})
}

// readWebhookEndpoints reads the store's endpoints, newest first, with further clauses.
func (r *Repository) readWebhookEndpoints(tx session, storeID string, further ...clause.Expression) ([]models.WebhookEndpoint, error) {
	endpoints := []models.WebhookEndpoint{}
	err := tx.alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("store_id", storeID).Clauses(further...).Order("created_at DESC, id DESC").Find(&endpoints)
	}).Error
	now := r.Now()
	for i := range endpoints {
		endpoints[i].ReadAt = now
	}
	return endpoints, err
}

func (r *Repository) readWebhookEndpoint(tx session, storeID, id string, further ...clause.Expression) (*models.WebhookEndpoint, error) {
	withID := clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "id", Value: id}}}
	endpoints, err := r.readWebhookEndpoints(tx, storeID, append(further, withID)...)
	if err != nil || len(endpoints) == 0 {
		return nil, err
	}
	return &endpoints[0], nil
}

// lockWebhookEndpoint locks the store and one of its endpoints, which whoever sends changes without the store's lock, and reads that;
// nil when the store has no such.
func (r *Repository) lockWebhookEndpoint(tx session, storeID, id string) (*models.WebhookEndpoint, error) {
	if err := tx.lockStore(storeID); err != nil {
		return nil, err
	}
	return r.readWebhookEndpoint(tx, storeID, id, clause.Locking{Strength: "NO KEY UPDATE"})
}

// lockWebhookEndpointToAdd is lockWebhookEndpoint for who adds an audit entry that has a price of its own.
func (r *Repository) lockWebhookEndpointToAdd(tx session, storeID, id string) (*models.WebhookEndpoint, error) {
	if err := tx.lockStoreToAdd(storeID, models.EntryBytes); err != nil {
		return nil, err
	}
	return r.lockWebhookEndpoint(tx, storeID, id)
}

// saveWebhookEndpoint stores what the action has changed, has sent what is to be sent, and says how many events those are at most.
func (r *Repository) saveWebhookEndpoint(tx session, caller models.Caller, endpoint *models.WebhookEndpoint, action models.AuditAction) (unsent int64, err error) {
	if unsent, err = tx.sendAtOnce(endpoint); err != nil {
		return 0, err
	}
	err = tx.orm().Select("url", "topics", "disabled_at", "sent_through", "waiting", "attempts", "first_attempt_at", "failing_since").Updates(endpoint).Error
	if err != nil {
		return 0, err
	}
	return unsent, tx.appendEntry(r.newEntry(caller, action, nil))
}

// sendAtOnce has the endpoint's events sent, if there are any: by the job that waits for the next attempt, by the one that is at it, or
// by a new one. It says how many follow the last one that was sent.
func (s session) sendAtOnce(endpoint *models.WebhookEndpoint) (unsent int64, err error) {
	if endpoint.DisabledAt != nil {
		return 0, nil
	}
	newest, err := s.newestEvent(endpoint.StoreID)
	unsent = newest - endpoint.SentThrough
	if err != nil || unsent <= 0 {
		return 0, err
	}
	jobs := func(states ...any) *gorm.DB {
		return s.orm().Table("river_job").Where("kind", models.SendEvents{}.Kind()).Where(clause.IN{Column: "state", Values: states}).
			Where(clause.Eq{Column: clause.Column{Name: "args ->> 'endpoint'", Raw: true}, Value: endpoint.ID})
	}
	hastened := jobs("available", "scheduled", "retryable").Updates(map[string]any{"state": "available", "scheduled_at": gorm.Expr("CURRENT_TIMESTAMP")})
	if hastened.Error != nil {
		return 0, hastened.Error
	}
	s.transaction.promised = s.transaction.promised || hastened.RowsAffected > 0
	var busy int64
	if hastened.RowsAffected == 0 {
		if err := jobs("running").Count(&busy).Error; err != nil {
			return 0, err
		}
	}
	endpoint.Waiting = true
	if hastened.RowsAffected+busy > 0 {
		return unsent, nil
	}
	return unsent, s.promise(models.SendEvents{Endpoint: endpoint.ID})
}

// setHasWebhooks says whether the store, which is locked, has endpoints.
func (s session) setHasWebhooks(storeID string, has bool) error {
	s.transaction.hasWebhooks = has
	return s.orm().Model(&models.Store{}).Where("id", storeID).Update("has_webhooks", has).Error
}

// newestEvent is the number of the store's newest event, 0 when there is none.
func (s session) newestEvent(storeID string) (int64, error) {
	var newest []int64
	err := s.orm().Model(&models.AuditEntry{}).Where("store_id", storeID).Where(clause.Neq{Column: "event_number", Value: nil}).
		Order("event_number DESC").Limit(1).Pluck("event_number", &newest).Error
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0], nil
}

// eventNumber is the number of an event of the store, 0 for none.
func (s session) eventNumber(storeID, id string) (int64, error) {
	if id == "" {
		return 0, nil
	}
	var numbers []int64
	err := s.orm().Model(&models.AuditEntry{}).Where("store_id", storeID).Where("id", models.AuditEntryOf(id)).
		Where(clause.Neq{Column: "event_number", Value: nil}).Pluck("event_number", &numbers).Error
	if err == nil && len(numbers) == 0 {
		err = &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	if err != nil {
		return 0, err
	}
	return numbers[0], nil
}

// beforeNewest is the number that so many of the newest events that the endpoint wants follow. It is a refusal when there is none.
func (s session) beforeNewest(endpoint *models.WebhookEndpoint, count int) (int64, error) {
	events := s.orm().Model(&models.AuditEntry{}).Where("store_id", endpoint.StoreID).Where(clause.Neq{Column: "event_number", Value: nil})
	if endpoint.Topics != "" {
		events = events.Where(clause.IN{Column: "action", Values: anys(endpoint.Topics.List())})
	}
	var newest []int64
	if err := events.Order("event_number DESC").Limit(count).Pluck("event_number", &newest).Error; err != nil {
		return 0, err
	}
	if len(newest) == 0 {
		return 0, models.RefuseNoEvents()
	}
	return newest[len(newest)-1] - 1, nil
}

// webhookSecret is a row of the table. What is sealed in it never changes.
type webhookSecret struct {
	ID         string `gorm:"primaryKey"`
	EndpointID string
	StoreID    string
	Secret     []byte // a models.Sealed
	CreatedAt  time.Time
	ExpiresAt  *time.Time // nil: not before a rotation
}

// TableName implements schema.Tabler.
func (*webhookSecret) TableName() string { return "webhook_secrets" }

func (s *webhookSecret) owner() string { return s.ID }

func (s *webhookSecret) sealed() []sealedColumn { return []sealedColumn{{"secret", &s.Secret}} }

func (*webhookSecret) ifUnchanged(db *gorm.DB) *gorm.DB { return db }

func (r *Repository) addWebhookSecret(tx session, endpoint *models.WebhookEndpoint, now time.Time) (models.Secret, error) {
	secret := models.NewWebhookSecret(r.NewSalt())
	row := &webhookSecret{ID: "whsecret_" + r.NewID(), EndpointID: endpoint.ID, StoreID: endpoint.StoreID, CreatedAt: now}
	if err := r.seal(row, row.sealed()[0], secret); err != nil {
		return models.Secret{}, err
	}
	return secret, tx.orm().Create(row).Error
}

// endWebhookSecrets has the endpoint's secrets end, none of them later than it would have, and says when their successor begins. It is a
// refusal when there are too many.
func endWebhookSecrets(tx session, endpointID string, now time.Time) (at time.Time, err error) {
	ofEndpoint := func() *gorm.DB { return tx.orm().Model(&webhookSecret{}).Where("endpoint_id", endpointID) }
	later := func(than time.Time) clause.Expression {
		return clause.Or(clause.Eq{Column: "expires_at", Value: nil}, clause.Gt{Column: "expires_at", Value: than})
	}
	var live []time.Time // when they were made
	if err := ofEndpoint().Where(later(now)).Pluck("created_at", &live).Error; err != nil {
		return at, err
	}
	if refusal := models.RefuseAnotherSecret(len(live)); refusal != nil {
		return at, refusal
	}
	if err := ofEndpoint().Where(clause.Lte{Column: "expires_at", Value: now}).Delete(&webhookSecret{}).Error; err != nil {
		return at, err
	}
	at = models.WebhookSecretsEndAt(live, now)
	end := at.Add(models.WebhookSecretOverlap)
	return at, ofEndpoint().Where(later(end)).Update("expires_at", end).Error
}
