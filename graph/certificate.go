package graph

import (
	"context"

	"github.com/handback/handback/models"
)

// certify states what a disconnect has restored, and signs it; nil when it is not complete. The parts of a record that is complete do
// not change, so that they need not be read together.
func (r *Resolver) certify(ctx context.Context, caller models.Caller, id string) (*models.Certificate, error) {
	if r.Certificates == nil {
		return nil, nil
	}
	record, err := r.Repository.Disconnection(ctx, caller, id, models.AccountDetails{Changes: true})
	if err != nil || record == nil || record.Status() != models.DisconnectionComplete {
		return nil, err
	}
	snapshot, err := r.Repository.RestoredSnapshot(ctx, caller, id)
	if err != nil || snapshot == nil {
		return nil, err
	}
	details, err := r.Repository.CertificateDetails(ctx, caller, id)
	if err != nil || details == nil {
		return nil, err
	}
	var exceptions []models.RestorationException
	if record.Restoration.ExceptionCount > 0 {
		if exceptions, err = r.Repository.RestorationExceptions(ctx, caller, id, models.CertifiedExceptions, 0); err != nil {
			return nil, err
		}
	}
	orders, err := r.Repository.HandoffItems(ctx, caller, models.HandoffFilter{DisconnectionID: id, Count: 1})
	if err != nil {
		return nil, err
	}
	return r.Certificates.Sign(models.Certify(caller.Store, record, *snapshot, *details, exceptions, orders))
}
