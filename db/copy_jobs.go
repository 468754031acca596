package db

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// copiedJobs are those that are still to be done. Recurring ones are unique, and inserted anew at the start.
const copiedJobs = "finalized_at IS NULL AND unique_key IS NULL AND id > @after"

// copyJobs copies the jobs, whose tables are River's and differ between the databases, by its drivers. They get new numbers.
func copyJobs(ctx context.Context, source, target copyEnd) (count int64, err error) {
	for after := int64(0); ; {
		jobs, err := source.jobs().JobList(ctx, &riverdriver.JobListParams{
			Max: copiedBatchRows, WhereClause: copiedJobs, NamedArgs: map[string]any{"after": after}, OrderByClause: "id",
		})
		if err != nil || len(jobs) == 0 {
			return count, err
		}
		after = jobs[len(jobs)-1].ID
		inserted := make([]*riverdriver.JobInsertFullParams, len(jobs))
		for i, job := range jobs {
			if inserted[i], err = jobToInsert(job); err != nil {
				return count, err
			}
		}
		if _, err := target.jobs().JobInsertFullMany(ctx, &riverdriver.JobInsertFullManyParams{Jobs: inserted}); err != nil {
			return count, err
		}
		count += int64(len(jobs))
	}
}

// jobToInsert is a job as it was. Nobody is at it any more.
func jobToInsert(job *rivertype.JobRow) (*riverdriver.JobInsertFullParams, error) {
	inserted := &riverdriver.JobInsertFullParams{
		Attempt: job.Attempt, AttemptedAt: job.AttemptedAt, AttemptedBy: job.AttemptedBy, CreatedAt: &job.CreatedAt, EncodedArgs: job.EncodedArgs,
		Kind: job.Kind, MaxAttempts: job.MaxAttempts, Metadata: job.Metadata, Priority: job.Priority, Queue: job.Queue,
		ScheduledAt: &job.ScheduledAt, State: job.State, Tags: job.Tags,
	}
	if job.State == rivertype.JobStateRunning {
		inserted.State = rivertype.JobStateAvailable
	}
	for i := range job.Errors {
		text, err := json.Marshal(&job.Errors[i])
		if err != nil {
			return nil, err
		}
		inserted.Errors = append(inserted.Errors, text)
	}
	return inserted, nil
}
