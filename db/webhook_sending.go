package db

import (
	"context"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// promiseSending promises to send the event of this topic that was just written, to the store's endpoints that want it. One with a job
// already gets it by that; one that is waiting for nothing and does not want it is through with it. Whoever writes an event has the
// store's lock.
func (s session) promiseSending(storeID string, topic models.AuditAction) error {
	endpoints, err := updateWaiting.all(s, storeID, string(topic))
	if err != nil {
		return err
	}
	var jobs []models.Job
	for _, endpoint := range endpoints {
		if endpoint.Waiting {
			jobs = append(jobs, models.SendEvents{Endpoint: endpoint.ID})
		}
	}
	return s.promise(jobs...)
}

// WebhookWork reads an endpoint with so many of the events that are to be sent to it, nil when there is no such endpoint.
func (r *Repository) WebhookWork(ctx context.Context, endpointID string, count int) (*models.WebhookWork, error) {
	tx := r.readerSession(ctx)
	endpoints, err := selectSendingEndpoint.all(tx, endpointID)
	if err != nil || len(endpoints) == 0 {
		return nil, fault(err)
	}
	var secrets []signingSecret
	var shops []models.Account
	store := endpoints[0].Store
	work := &models.WebhookWork{Endpoint: endpoints[0].Endpoint, StoreDomain: store.Domain}
	err = send(tx, selectSigningSecrets.into(&secrets, endpointID, r.Now()), selectUnsentEvents.into(&work.Events, endpointID, count),
		selectAccountsInStatus.into(&shops, store.ID, string(models.AccountConnected)))
	if err != nil {
		return nil, fault(err)
	}
	work.Routes = models.NewOverview(store, pointers(shops)).OrderManagement.Routes
	for _, sealed := range secrets {
		secret, err := r.Sealer.Open(sealed.Secret, "webhook_secrets", "secret", sealed.ID)
		if err != nil {
			return nil, err
		}
		work.Secrets = append(work.Secrets, secret)
	}
	return work, nil
}

// NoteDelivery records what became of an attempt to send an event of the work. It returns the endpoint as it is then, nil when it is
// no more what the work was read from: somebody else has gone on with it, or has begun with its events anew, or it is gone.
func (r *Repository) NoteDelivery(ctx context.Context, work *models.WebhookWork, event *models.UnsentEvent, answer models.WebhookAnswer) (*models.WebhookEndpoint, error) {
	var noted *models.WebhookEndpoint
	err := r.write(ctx, "webhook "+work.Endpoint.ID, func(tx session) error {
		noted = nil
		var found []models.WebhookEndpoint
		err := tx.orm().Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id", work.Endpoint.ID).Limit(1).Find(&found).Error
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return errUnchanged
		case !found[0].SameProgress(&work.Endpoint):
			return r.logDelivery(tx, work.Endpoint.Delivery(event, answer))
		}
		noted = &found[0]
		if err := r.logDelivery(tx, noted.Note(event, answer)); err != nil {
			return err
		}
		return tx.orm().Select("sent_through", "attempts", "first_attempt_at", "failing_since", "disabled_at").Updates(noted).Error
	})
	if err != nil {
		return nil, err
	}
	return noted, nil
}

func (r *Repository) logDelivery(tx session, delivery models.WebhookDelivery) error {
	delivery.ID = "delivery_" + r.NewID()
	return tx.orm().Create(&delivery).Error
}

// StopSending says that the endpoint waits for nothing any more, unless there is something to be sent to it. Whoever writes an event has
// the store's lock until that is committed, and so has this: either the event is found here, or its writer finds nobody waiting. The
// job is done by that: River would note it a moment later, and a process that is killed between would leave one job too many.
func (r *Repository) StopSending(ctx context.Context, endpoint *models.WebhookEndpoint) (stopped bool, err error) {
	err = r.write(ctx, endpoint.StoreID, func(tx session) error {
		if err := tx.lockStore(endpoint.StoreID); err != nil {
			return err
		}
		unsent, err := selectUnsentEvents.all(tx, endpoint.ID, 1)
		if stopped = err == nil && len(unsent) == 0; !stopped {
			return err
		}
		if err := tx.exec(updateSentThrough, endpoint.ID); err != nil {
			return err
		}
		return tx.orm().Table("river_job").Where("state", rivertype.JobStateRunning).Where("queue", models.WebhookQueue).
			Where(clause.Eq{Column: clause.Column{Name: "args ->> 'endpoint'", Raw: true}, Value: endpoint.ID}).
			Updates(map[string]any{"state": rivertype.JobStateCompleted, "finalized_at": gorm.Expr("CURRENT_TIMESTAMP")}).Error
	})
	return stopped && err == nil, err
}

// ForgetDeliveries removes what became of attempts when its time is over, and says how many there were.
func (r *Repository) ForgetDeliveries(ctx context.Context) (int64, error) {
	return r.forget(ctx, forgettable{row: &models.WebhookDelivery{}, primaryKey: "seq"}, clause.Lte{Column: "sent_at", Value: r.Now().Add(-models.WebhookDeliveryLife)})
}

// sendingRow is an endpoint and its store.
type sendingRow struct {
	Endpoint models.WebhookEndpoint `gorm:"embedded"`
	Store    models.Store           `gorm:"embedded;embeddedPrefix:of_"`
}

// signingSecret is a row of webhook_secrets.
type signingSecret struct {
	ID     string
	Secret []byte // a models.Sealed
}

var selectSendingEndpoint = query[sendingRow]{text: `SELECT w.id, w.store_id, w.url, w.topics, w.created_at, w.disabled_at, w.sent_through, w.waiting, w.attempts,
    w.first_attempt_at, w.failing_since, s.id AS of_id, s.domain AS of_domain, s.region AS of_region
FROM webhook_endpoints w JOIN stores s ON s.id = w.store_id
WHERE w.id = $1`}

var selectSigningSecrets = query[signingSecret]{text: `SELECT id, secret FROM webhook_secrets
WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2)
ORDER BY created_at DESC, id`}

// An endpoint that is disabled is to be sent nothing.
var selectUnsentEvents = query[models.UnsentEvent]{text: `SELECT au.event_number, au.seq, au.id AS audit_entry_id, au.action AS topic, au.occurred_at, au.account_id,
    t.id AS disconnection_id
FROM webhook_endpoints w
JOIN audit_entries au ON au.store_id = w.store_id AND au.event_number > w.sent_through
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
WHERE w.id = $1 AND w.disabled_at IS NULL AND (w.topics = '' OR ' ' || w.topics || ' ' LIKE '% ' || au.action || ' %')
ORDER BY au.event_number LIMIT $2`}

// One that waits has a job, or gets one by who asks. One that does not has nothing to be sent from before: it is through with an event
// that it does not want, so that it is not sent that when it wants more topics later.
var updateWaiting = query[models.WebhookEndpoint]{text: `UPDATE webhook_endpoints
SET waiting = (topics = '' OR ' ' || topics || ' ' LIKE '% ' || CAST($2 AS text) || ' %'),
    sent_through = CASE WHEN topics = '' OR ' ' || topics || ' ' LIKE '% ' || CAST($2 AS text) || ' %' THEN sent_through
        ELSE (SELECT MAX(event_number) FROM audit_entries au WHERE au.store_id = $1 AND au.event_number IS NOT NULL) END
WHERE store_id = $1 AND disabled_at IS NULL AND NOT waiting
RETURNING id, waiting`}

// An endpoint that is enabled is through with all events then.
const updateSentThrough = `UPDATE webhook_endpoints SET waiting = false, attempts = 0, first_attempt_at = NULL, sent_through = CASE WHEN disabled_at IS NOT NULL THEN sent_through
    ELSE (SELECT COALESCE(MAX(au.event_number), 0) FROM audit_entries au WHERE au.store_id = webhook_endpoints.store_id AND au.event_number IS NOT NULL) END
WHERE id = $1`
