-- +goose Up
-- Ids of rows are unique within their store, as all statements ask for them, as they are on PostgreSQL.
CREATE TABLE handoff_items_anew (
    id                   TEXT NOT NULL,
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
    PRIMARY KEY (store_id, id),
    UNIQUE (disconnection_id, task, reference)
);
INSERT INTO handoff_items_anew SELECT id, disconnection_id, store_id, task, reference, order_id, state, due,
    acknowledged_at, acknowledged_by_kind, acknowledged_by_name, acknowledged_key_id FROM handoff_items;
DROP TABLE handoff_items;
ALTER TABLE handoff_items_anew RENAME TO handoff_items;
CREATE INDEX handoff_items_by_deadline ON handoff_items (disconnection_id, due, id);

CREATE TABLE webhook_deliveries_anew (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    store_id    TEXT NOT NULL REFERENCES stores,
    entry_seq   INTEGER NOT NULL REFERENCES audit_entries (seq),
    attempt     INTEGER NOT NULL,
    sent_at     DATETIME NOT NULL,
    status      INTEGER, -- of the answer; none when there was none
    error       TEXT, -- why it has failed; none when it was taken
    duration_ms INTEGER NOT NULL,
    UNIQUE (store_id, id)
);
INSERT INTO webhook_deliveries_anew SELECT seq, id, endpoint_id, store_id, entry_seq, attempt, sent_at, status, error, duration_ms
    FROM webhook_deliveries ORDER BY seq;
DROP TABLE webhook_deliveries;
ALTER TABLE webhook_deliveries_anew RENAME TO webhook_deliveries;
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, seq);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (sent_at);
CREATE INDEX webhook_deliveries_of_entry ON webhook_deliveries (entry_seq);
