package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"github.com/handback/handback/models"
	"github.com/handback/handback/platform"
)

// How all stores are read: in attempts of one job, each of which reads some and notes how far it came. So a process that is killed
// costs one attempt's time, and no attempt is so long that it looks abandoned.
const (
	// storesAtOnce is how many stores an attempt reads at most.
	storesAtOnce = 100
	// storeReaders is how many stores are read at the same time. That is nearly all waiting for platforms.
	storeReaders = 4
	// beginTime is how long an attempt begins to read stores.
	beginTime = time.Minute
	// storeTime is how long it may take to read a store. A larger one is read when it is told to have been edited.
	storeTime = 10 * time.Minute
	// reconcileTime is longer than an attempt takes. One that hangs all the same is cancelled then, and one whose process was killed
	// begun anew.
	reconcileTime = beginTime + storeTime + time.Minute
)

// reconcileWorker reads one store after the other, and its shop, so that what nobody looks at is brought in, too.
type reconcileWorker struct {
	river.WorkerDefaults[models.ReconcileStores]

	repository Repository
	stores     Stores
	shops      Shops
	log        *slog.Logger
}

// storesRead is what an attempt leaves to the next one, as its output.
type storesRead struct {
	After string `json:"after"` // the domain of the last store that was read
}

// Timeout implements river.Worker.
func (*reconcileWorker) Timeout(*river.Job[models.ReconcileStores]) time.Duration {
	return reconcileTime
}

// Work implements river.Worker. How far it came is stored in the statement that makes the job available again, so stores are neither
// left out nor read twice, but for those of an attempt whose process was killed.
func (w *reconcileWorker) Work(ctx context.Context, job *river.Job[models.ReconcileStores]) error {
	defer frugal.begin()()
	var before storesRead
	if output := job.Output(); output != nil {
		if err := json.Unmarshal(output, &before); err != nil {
			return err
		}
	}
	domains, err := w.repository.LinkedStores(ctx, before.After, storesAtOnce)
	if err != nil || len(domains) == 0 {
		return err
	}
	count, err := w.readStores(ctx, domains)
	if count == 0 {
		return err
	}
	if err := river.RecordOutput(ctx, storesRead{After: domains[count-1]}); err != nil {
		return err
	}
	return river.JobSnooze(0)
}

// readStores reads stores in their order until its time is over, and says how many it has read, which are the first ones. The error
// is why the next one was not.
func (w *reconcileWorker) readStores(ctx context.Context, domains []string) (count int, err error) {
	interrupted := make([]error, len(domains))
	readers, begun := errgroup.Group{}, time.Now()
	readers.SetLimit(storeReaders)
	for count < len(domains) && ctx.Err() == nil && time.Since(begun) < beginTime {
		at := count
		readers.Go(func() error {
			interrupted[at] = w.readStore(ctx, domains[at])
			return interrupted[at]
		})
		count++
	}
	_ = readers.Wait()
	for at, err := range interrupted[:count] {
		if err != nil {
			return at, err
		}
	}
	return count, ctx.Err()
}

// readStore fails when it is interrupted. A store that cannot be read is left for the next night.
func (w *reconcileWorker) readStore(ctx context.Context, domain string) error {
	reading, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	for _, part := range []struct {
		failed string
		read   func(context.Context, string) error
	}{{"the store could not be read", w.stores.Reconcile}, {"the shop could not be read", w.shops.Reconcile}} {
		err := part.read(reading, domain)
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, platform.ErrStopping):
			return platform.ErrStopping
		case err != nil:
			w.log.WarnContext(ctx, part.failed, "store", domain, "error", err)
		}
	}
	return nil
}
