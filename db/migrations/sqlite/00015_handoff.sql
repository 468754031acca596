-- +goose Up
-- How far the list of what was open at TikTok is, of a disconnect that has moved orders to Seller Center.
ALTER TABLE transitions ADD COLUMN handoff_state TEXT NOT NULL DEFAULT '' CHECK (handoff_state IN ('', 'PENDING', 'READ', 'UNREADABLE'));
ALTER TABLE transitions ADD COLUMN handoff_read_at DATETIME;
ALTER TABLE transitions ADD COLUMN handoff_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transitions ADD COLUMN handoff_next_attempt_at DATETIME;
ALTER TABLE transitions ADD COLUMN handoff_leased_until DATETIME;
ALTER TABLE transitions ADD COLUMN handoff_problem_code TEXT NOT NULL DEFAULT '';
CREATE INDEX transitions_with_unread_handoff ON transitions (begun_at) WHERE handoff_state = 'PENDING';

-- The list itself.
CREATE TABLE handoff_items (
    id                   TEXT PRIMARY KEY,
    disconnection_id     TEXT NOT NULL REFERENCES transitions,
    store_id             TEXT NOT NULL REFERENCES stores,
    task                 TEXT NOT NULL CHECK (task IN ('FULFILLMENT', 'CANCELLATION', 'RETURN', 'REFUND')),
    reference            TEXT NOT NULL, -- TikTok's id of the order, the cancellation or the return
    order_id             TEXT NOT NULL,
    state                TEXT NOT NULL,
    due                  INTEGER NOT NULL, -- Unix time, by which the list is in order; the end of the year 9999 when there is no deadline
    acknowledged_at      DATETIME,
    acknowledged_by_kind TEXT,
    acknowledged_by_name TEXT,
    acknowledged_key_id  TEXT, -- of the API key that the actor came with
    UNIQUE (disconnection_id, task, reference)
);
CREATE INDEX handoff_items_by_deadline ON handoff_items (disconnection_id, due, id);

-- What was open at TikTok when it was last asked, for previews.
ALTER TABLE epochs ADD COLUMN open_orders TEXT NOT NULL DEFAULT '';
