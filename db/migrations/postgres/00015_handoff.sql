-- +goose Up
-- How far the list of what was open at TikTok is, of a disconnect that has moved orders to Seller Center.
ALTER TABLE transitions ADD COLUMN handoff_state text NOT NULL DEFAULT '' CHECK (handoff_state IN ('', 'PENDING', 'READ', 'UNREADABLE'));
ALTER TABLE transitions ADD COLUMN handoff_read_at timestamptz;
ALTER TABLE transitions ADD COLUMN handoff_attempts integer NOT NULL DEFAULT 0;
ALTER TABLE transitions ADD COLUMN handoff_next_attempt_at timestamptz;
ALTER TABLE transitions ADD COLUMN handoff_leased_until timestamptz;
ALTER TABLE transitions ADD COLUMN handoff_problem_code text NOT NULL DEFAULT '';
CREATE INDEX transitions_with_unread_handoff ON transitions (begun_at) WHERE handoff_state = 'PENDING';

-- The list itself.
CREATE TABLE handoff_items (
    id                   text PRIMARY KEY,
    disconnection_id     text NOT NULL REFERENCES transitions,
    store_id             text NOT NULL REFERENCES stores,
    task                 text NOT NULL CHECK (task IN ('FULFILLMENT', 'CANCELLATION', 'RETURN', 'REFUND')),
    reference            text NOT NULL, -- TikTok's id of the order, the cancellation or the return
    order_id             text NOT NULL,
    state                text NOT NULL,
    due                  bigint NOT NULL, -- Unix time, by which the list is in order; the end of the year 9999 when there is no deadline
    acknowledged_at      timestamptz,
    acknowledged_by_kind text,
    acknowledged_by_name text,
    acknowledged_key_id  text, -- of the API key that the actor came with
    UNIQUE (disconnection_id, task, reference)
);
CREATE INDEX handoff_items_by_deadline ON handoff_items (disconnection_id, due, id);

-- What was open at TikTok when it was last asked, for previews.
ALTER TABLE epochs ADD COLUMN open_orders text NOT NULL DEFAULT '';
