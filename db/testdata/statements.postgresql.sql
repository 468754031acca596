-- accounts
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;

-- accounts with snapshot and preview
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
COMMIT;

-- accounts with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- page of accounts
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;

-- page of accounts with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- accounts with a page of their records
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
COMMIT;

-- accounts with a page of their records, with changes
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- account with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- preview
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
COMMIT;

-- overview
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;

-- overview with preview
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
COMMIT;

-- overview with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- connect preview
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope,
    CASE WHEN octet_length(value) <= $4 THEN value END AS value,
    CASE WHEN octet_length(value) <= $4 THEN 0 ELSE octet_length(value) END AS omitted_value,
    updated_at, updated_by_kind, updated_by_name, observed_at
FROM settings
WHERE store_id = $1 AND ($2 = '' OR scope = $2) AND ($3 = '' OR key = $3) AND value IS NOT NULL
ORDER BY key;
COMMIT;

-- settings
SELECT key, scope,
    CASE WHEN octet_length(value) <= $4 THEN value END AS value,
    CASE WHEN octet_length(value) <= $4 THEN 0 ELSE octet_length(value) END AS omitted_value,
    updated_at, updated_by_kind, updated_by_name, observed_at
FROM settings
WHERE store_id = $1 AND ($2 = '' OR scope = $2) AND ($3 = '' OR key = $3) AND value IS NOT NULL
ORDER BY key;

-- settings of a scope
SELECT key, scope,
    CASE WHEN octet_length(value) <= $4 THEN value END AS value,
    CASE WHEN octet_length(value) <= $4 THEN 0 ELSE octet_length(value) END AS omitted_value,
    updated_at, updated_by_kind, updated_by_name, observed_at
FROM settings
WHERE store_id = $1 AND ($2 = '' OR scope = $2) AND ($3 = '' OR key = $3) AND value IS NOT NULL
ORDER BY key;

-- store
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;

-- disconnection
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- disconnection with its account's preview
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
COMMIT;

-- audit trail
WITH tried AS MATERIALIZED (
    SELECT COUNT(*) AS entries, MIN(recent.seq) AS oldest
    FROM (
        SELECT au.seq FROM audit_entries au
        WHERE au.store_id = $1 AND au.seq < COALESCE(
            (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
            CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        ORDER BY au.seq DESC LIMIT $7) AS recent)
SELECT tried.entries AS tried_entries, oldest.id AS tried_oldest,
    COALESCE(au.seq, 0) AS seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM tried
JOIN audit_entries oldest ON oldest.seq = tried.oldest
LEFT JOIN (
    SELECT au.* FROM audit_entries au
    WHERE au.store_id = $1 AND au.seq < COALESCE(
        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        AND au.seq >= (SELECT oldest FROM tried)
        AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
        AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
    ORDER BY au.seq DESC LIMIT $6) AS au ON TRUE
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
ORDER BY au.seq DESC;

-- audit trail of some, with changes
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
WITH tried AS MATERIALIZED (
    SELECT COUNT(*) AS entries, MIN(recent.seq) AS oldest
    FROM (
        SELECT au.seq FROM audit_entries au
        WHERE au.store_id = $1 AND au.seq < COALESCE(
            (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
            CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        ORDER BY au.seq DESC LIMIT $7) AS recent)
SELECT tried.entries AS tried_entries, oldest.id AS tried_oldest,
    COALESCE(au.seq, 0) AS seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM tried
JOIN audit_entries oldest ON oldest.seq = tried.oldest
LEFT JOIN (
    SELECT au.* FROM audit_entries au
    WHERE au.store_id = $1 AND au.seq < COALESCE(
        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        AND au.seq >= (SELECT oldest FROM tried)
        AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
        AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
    ORDER BY au.seq DESC LIMIT $6) AS au ON TRUE
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
ORDER BY au.seq DESC;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                AND au.seq >= (SELECT MIN(recent.seq) FROM (
                    SELECT tried.seq FROM audit_entries tried
                    WHERE tried.store_id = $1 AND tried.seq < COALESCE(
                        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                    ORDER BY tried.seq DESC LIMIT $10) AS recent)
                AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
                AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
            ORDER BY au.seq DESC LIMIT $6) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $7 = '' OR c.key = $7) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;

-- audit trail with changes
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
WITH tried AS MATERIALIZED (
    SELECT COUNT(*) AS entries, MIN(recent.seq) AS oldest
    FROM (
        SELECT au.seq FROM audit_entries au
        WHERE au.store_id = $1 AND au.seq < COALESCE(
            (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
            CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        ORDER BY au.seq DESC LIMIT $7) AS recent)
SELECT tried.entries AS tried_entries, oldest.id AS tried_oldest,
    COALESCE(au.seq, 0) AS seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM tried
JOIN audit_entries oldest ON oldest.seq = tried.oldest
LEFT JOIN (
    SELECT au.* FROM audit_entries au
    WHERE au.store_id = $1 AND au.seq < COALESCE(
        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        AND au.seq >= (SELECT oldest FROM tried)
        AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
        AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
    ORDER BY au.seq DESC LIMIT $6) AS au ON TRUE
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
ORDER BY au.seq DESC;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                AND au.seq >= (SELECT MIN(recent.seq) FROM (
                    SELECT tried.seq FROM audit_entries tried
                    WHERE tried.store_id = $1 AND tried.seq < COALESCE(
                        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                    ORDER BY tried.seq DESC LIMIT $10) AS recent)
                AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
                AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
            ORDER BY au.seq DESC LIMIT $6) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $7 = '' OR c.key = $7) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;

-- audit trail with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
WITH tried AS MATERIALIZED (
    SELECT COUNT(*) AS entries, MIN(recent.seq) AS oldest
    FROM (
        SELECT au.seq FROM audit_entries au
        WHERE au.store_id = $1 AND au.seq < COALESCE(
            (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
            CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        ORDER BY au.seq DESC LIMIT $7) AS recent)
SELECT tried.entries AS tried_entries, oldest.id AS tried_oldest,
    COALESCE(au.seq, 0) AS seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM tried
JOIN audit_entries oldest ON oldest.seq = tried.oldest
LEFT JOIN (
    SELECT au.* FROM audit_entries au
    WHERE au.store_id = $1 AND au.seq < COALESCE(
        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
        AND au.seq >= (SELECT oldest FROM tried)
        AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
        AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
    ORDER BY au.seq DESC LIMIT $6) AS au ON TRUE
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
ORDER BY au.seq DESC;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $8 AND s.bytes_so_far <= $9 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $8 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $8 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                AND au.seq >= (SELECT MIN(recent.seq) FROM (
                    SELECT tried.seq FROM audit_entries tried
                    WHERE tried.store_id = $1 AND tried.seq < COALESCE(
                        (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                        CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
                    ORDER BY tried.seq DESC LIMIT $10) AS recent)
                AND ($3 = '' OR $3 LIKE '%,' || au.actor_kind || ',%') AND ($4 = '' OR $4 = au.actor_name)
                AND ($5 = '' OR $5 LIKE '%,' || au.action || ',%')
            ORDER BY au.seq DESC LIMIT $6) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $7 = '' OR c.key = $7) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM accounts a
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- disconnection with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- audit entry
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.id = $2;

-- audit entry with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.id = $2;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, au.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM audit_entries au
        LEFT JOIN disconnections d ON d.id = au.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, au.seq)
        WHERE au.store_id = $1 AND au.id = $2 AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- events
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.event_number >= CASE WHEN $2 = '' THEN 1 ELSE
    (SELECT b.event_number FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1) END
ORDER BY au.event_number LIMIT $3;

-- events with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.event_number >= CASE WHEN $2 = '' THEN 1 ELSE
    (SELECT b.event_number FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1) END
ORDER BY au.event_number LIMIT $3;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.event_number >= CASE WHEN $2 = '' THEN 1 ELSE
                (SELECT b.event_number + 1 FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1) END
            ORDER BY au.event_number LIMIT $3) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $4 = '' OR c.key = $4) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM accounts a
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- API keys
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;

-- caller by API key
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.created_at, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;

-- caller by API key, unknown
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.created_at, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;

-- caller by API key, its last use updated
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.created_at, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;
UPDATE "api_keys" SET "last_used_at"=$1 WHERE ("last_used_at" IS NULL OR "last_used_at" <= $2) AND "id" = $3;

-- create API key, of no name

-- create API key
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
INSERT INTO "api_keys" ("id","store_id","name","folded_name","prefix","hash","scopes","created_at","expires_at","rotated_at","last_used_at","revoked_at") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- create API key, refused
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- rotate API key
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
UPDATE "api_keys" SET "expires_at"=$1,"rotated_at"=$2 WHERE "id" = $3;
INSERT INTO "api_keys" ("id","store_id","name","folded_name","prefix","hash","scopes","created_at","expires_at","rotated_at","last_used_at","revoked_at") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- rotate API key, refused
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- revoke API key
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
UPDATE "api_keys" SET "revoked_at"=$1 WHERE "id" = $2;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- edit settings, by an API key that was revoked meanwhile
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT expires_at FROM api_keys WHERE id = $1 AND store_id = $2 AND revoked_at IS NULL;
ROLLBACK;

-- revoke API key, refused
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "api_keys"."id","api_keys"."store_id","api_keys"."name","api_keys"."folded_name","api_keys"."prefix","api_keys"."hash","api_keys"."scopes","api_keys"."created_at","api_keys"."expires_at","api_keys"."rotated_at","api_keys"."last_used_at","api_keys"."revoked_at" FROM "api_keys" WHERE "store_id" = $1 AND "revoked_at" IS NULL AND ("rotated_at" IS NULL OR "expires_at" > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- accounts with how far connecting is
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT * FROM accounts
    WHERE store_id = $1
    ORDER BY CASE WHEN status = $2 THEN 1 ELSE 0 END, connected_at DESC, id DESC LIMIT $3) AS a
ORDER BY a.connected_at DESC, a.id DESC;
SELECT t.id, t.account_id, t.phase, t.writes_done, t.writes_total, t.next_attempt_at, t.leased_until, t.problem_code, t.problem_detail
FROM transitions t
WHERE t.store_id = $1 AND t.closed_at IS NULL AND t.kind = 'CONNECT';
COMMIT;

-- exceptions of a restoration
SELECT x.seq, x.key, x.entry, x.reason, x.recorded, x.present
FROM restoration_exceptions x
JOIN disconnections d ON d.id = x.disconnection_id
WHERE d.store_id = $1 AND d.id = $2 AND x.seq > $3
ORDER BY x.seq LIMIT $4;

-- snapshot of a restoration
SELECT e.id, e.opened_at, e.snapshot, e.snapshot_digest
FROM transitions t JOIN epochs e ON e.id = t.epoch_id
WHERE t.store_id = $1 AND t.id = $2 AND t.kind = 'DISCONNECT';

-- what a certificate alone states
SELECT COALESCE(s.key, '') AS key,
    CASE WHEN b.seq IS NULL THEN s.value ELSE b.before END AS before,
    CASE WHEN a.seq IS NULL THEN s.value ELSE a.before END AS after,
    d.accepted_by_kind, d.accepted_by_name, d.versions
FROM disconnections d
LEFT JOIN settings s ON s.store_id = d.store_id AND s.scope = 'ADS'
LEFT JOIN setting_changes b ON b.seq = (
    SELECT c.seq FROM setting_changes c
    WHERE c.store_id = d.store_id AND c.scope = 'ADS' AND c.key = s.key AND c.entry_seq >= d.entry_seq ORDER BY c.entry_seq, c.seq LIMIT 1)
LEFT JOIN setting_changes a ON a.seq = (
    SELECT c.seq FROM setting_changes c
    WHERE c.store_id = d.store_id AND c.scope = 'ADS' AND c.key = s.key AND c.entry_seq > d.entry_seq ORDER BY c.entry_seq, c.seq LIMIT 1)
WHERE d.store_id = $1 AND d.id = $2
ORDER BY s.key;

-- edits that a restoration has undone
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.entry_seq = newest.closing_seq OR c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, d.entry_seq AS closing_seq, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM disconnections d
    CROSS JOIN setting_changes closing
    CROSS JOIN setting_changes c
    WHERE d.store_id = $1 AND d.id = $2 AND closing.entry_seq = d.entry_seq
        AND c.epoch_id = d.epoch_id AND c.key = closing.key AND c.changed_by_kind = 'SYSTEM' AND c.seq <= closing.seq AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = d.epoch_id AND o.key = closing.key AND o.changed_by_kind = 'SYSTEM' AND o.seq <= closing.seq
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND newest.over_edit = 1
ORDER BY c.seq;

-- what was open at a disconnect
SELECT i.id, i.task, i.reference, i.order_id, i.state, COALESCE(i.due, 0) AS due, i.acknowledged_at,
    i.acknowledged_by_kind, i.acknowledged_by_name, a.region, c.total, c.unacknowledged, t.handoff_read_at AS read_at
FROM transitions t
JOIN accounts a ON a.id = t.account_id
CROSS JOIN (
    SELECT COUNT(*) AS total, COUNT(*) - COUNT(acknowledged_at) AS unacknowledged
    FROM handoff_items
    WHERE store_id = $1 AND disconnection_id = $2 AND ($3 = '' OR $3 LIKE '%' || task || '%')) AS c
LEFT JOIN (
    SELECT id, task, reference, order_id, state, due, acknowledged_at, acknowledged_by_kind, acknowledged_by_name
    FROM handoff_items
    WHERE store_id = $1 AND disconnection_id = $2 AND ($3 = '' OR $3 LIKE '%' || task || '%') AND (due, id) > (CAST($4 AS bigint), $5)
    ORDER BY due, id LIMIT $6) AS i ON TRUE
WHERE t.store_id = $1 AND t.id = $2
ORDER BY i.due, i.id;

-- one of what was open
SELECT handoff_items.*,accounts.region FROM "handoff_items" JOIN transitions ON transitions.id = handoff_items.disconnection_id JOIN accounts ON accounts.id = transitions.account_id WHERE "handoff_items"."store_id" = $1 AND "handoff_items"."id" = $2 ORDER BY due, handoff_items.id;

-- acknowledge what was open
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT handoff_items.*,accounts.region FROM "handoff_items" JOIN transitions ON transitions.id = handoff_items.disconnection_id JOIN accounts ON accounts.id = transitions.account_id WHERE "handoff_items"."store_id" = $1 AND "handoff_items"."id" = $2 ORDER BY due, handoff_items.id;
UPDATE "handoff_items" SET "acknowledged_at"=$1,"acknowledged_by_kind"=$2,"acknowledged_by_name"=$3 WHERE "store_id" = $4 AND "id" = $5 AND "acknowledged_at" IS NULL;
SELECT handoff_items.*,accounts.region FROM "handoff_items" JOIN transitions ON transitions.id = handoff_items.disconnection_id JOIN accounts ON accounts.id = transitions.account_id WHERE "handoff_items"."store_id" = $1 AND "handoff_items"."id" = $2 ORDER BY due, handoff_items.id;
COMMIT;

-- acknowledge what was open, refused
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT handoff_items.*,accounts.region FROM "handoff_items" JOIN transitions ON transitions.id = handoff_items.disconnection_id JOIN accounts ON accounts.id = transitions.account_id WHERE "handoff_items"."store_id" = $1 AND "handoff_items"."id" = $2 ORDER BY due, handoff_items.id;
ROLLBACK;

-- unfinished work in stores
SELECT t.kind, t.phase, u.transitions, t.begun_at
FROM (SELECT MIN(id) AS id, COUNT(*) AS transitions FROM transitions WHERE phase <> 'COMPLETE' GROUP BY kind, phase) AS u
JOIN transitions t ON t.id = u.id;

-- connect, refused by TikTok

-- disconnect, unconfirmed

-- connect, refused
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
ROLLBACK;

-- disconnect, refused
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
COMMIT;

-- disconnect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
COMMIT;

-- disconnect, again
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
ROLLBACK;

-- daily limits
SELECT ledger_day, ledger_bytes, answers_day, answer_bytes FROM stores WHERE id = $1;

-- ready to connect
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT ledger_day, ledger_bytes, answers_day, answer_bytes FROM stores WHERE id = $1;

-- connect
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- edit
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- edit, unchanged
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
ROLLBACK;

-- edit, refused
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
ROLLBACK;

-- disconnect, answered with everything
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- disconnect, again, answered with everything
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- connect, answered with everything
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- connect, refused, answered with an overview
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
ROLLBACK;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;

-- disconnect, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- disconnect, answered again
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;

-- disconnect, unconfirmed, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- connect, with a key, answered with an overview
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- edit, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- begin a consent, refused
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
ROLLBACK;

-- disconnect, with a key, answered with everything
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.id IN (
    SELECT p.id FROM accounts p
    WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
    ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC;
WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- forget idempotency keys
DELETE FROM "idempotency_keys" WHERE (store_id, caller_id, key_hash) IN (SELECT store_id, caller_id, key_hash FROM (SELECT store_id, caller_id, key_hash, SUM(bytes) OVER (ORDER BY created_at, store_id, caller_id, key_hash) - bytes AS bytes_before FROM (SELECT store_id, caller_id, key_hash, created_at, octet_length(answer) AS bytes FROM "idempotency_keys" WHERE "created_at" <= $1 ORDER BY created_at LIMIT $2) AS old) AS summed WHERE "bytes_before" < $3);

-- forget API keys
DELETE FROM "api_keys" WHERE (id) IN (SELECT "id" FROM "api_keys" WHERE ("revoked_at" <= $1 OR ("rotated_at" IS NOT NULL AND "expires_at" <= $2)) LIMIT $3);

-- begin a consent, of no page

-- begin a consent
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
INSERT INTO "tiktok_authorization_states" ("state_hash","store_id","caller_id","actor_kind","actor_name","return_to","created_at","used_at","choice_hash","shops","chosen_at") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11);
COMMIT;

-- use a consent that is not known
SELECT "state_hash" FROM "tiktok_authorization_states" WHERE "state_hash" = $1 LIMIT $2;

-- use a consent
SELECT "state_hash" FROM "tiktok_authorization_states" WHERE "state_hash" = $1 LIMIT $2;
BEGIN;
SELECT "tiktok_authorization_states"."state_hash","tiktok_authorization_states"."store_id","tiktok_authorization_states"."caller_id","tiktok_authorization_states"."actor_kind","tiktok_authorization_states"."actor_name","tiktok_authorization_states"."return_to","tiktok_authorization_states"."created_at","tiktok_authorization_states"."used_at","tiktok_authorization_states"."choice_hash","tiktok_authorization_states"."shops","tiktok_authorization_states"."chosen_at" FROM "tiktok_authorization_states" WHERE "state_hash" = $1 LIMIT $2 FOR UPDATE;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
UPDATE "tiktok_authorization_states" SET "used_at"=$1 WHERE "state_hash" = $2;
COMMIT;

-- use a consent, again
SELECT "state_hash" FROM "tiktok_authorization_states" WHERE "state_hash" = $1 LIMIT $2;
BEGIN;
SELECT "tiktok_authorization_states"."state_hash","tiktok_authorization_states"."store_id","tiktok_authorization_states"."caller_id","tiktok_authorization_states"."actor_kind","tiktok_authorization_states"."actor_name","tiktok_authorization_states"."return_to","tiktok_authorization_states"."created_at","tiktok_authorization_states"."used_at","tiktok_authorization_states"."choice_hash","tiktok_authorization_states"."shops","tiktok_authorization_states"."chosen_at" FROM "tiktok_authorization_states" WHERE "state_hash" = $1 LIMIT $2 FOR UPDATE;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
ROLLBACK;

-- shops of a consent that can be connected
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
COMMIT;

-- offer the shops of a consent
BEGIN;
UPDATE "tiktok_authorization_states" SET "choice_hash"=$1,"shops"=$2 WHERE "state_hash" = $3;
COMMIT;

-- offered shops of a consent
SELECT "tiktok_authorization_states"."state_hash","tiktok_authorization_states"."store_id","tiktok_authorization_states"."caller_id","tiktok_authorization_states"."actor_kind","tiktok_authorization_states"."actor_name","tiktok_authorization_states"."return_to","tiktok_authorization_states"."created_at","tiktok_authorization_states"."used_at","tiktok_authorization_states"."choice_hash","tiktok_authorization_states"."shops","tiktok_authorization_states"."chosen_at" FROM "tiktok_authorization_states" WHERE "choice_hash" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;

-- choose a shop of a consent
SELECT "state_hash" FROM "tiktok_authorization_states" WHERE "choice_hash" = $1 LIMIT $2;
BEGIN;
SELECT "tiktok_authorization_states"."state_hash","tiktok_authorization_states"."store_id","tiktok_authorization_states"."caller_id","tiktok_authorization_states"."actor_kind","tiktok_authorization_states"."actor_name","tiktok_authorization_states"."return_to","tiktok_authorization_states"."created_at","tiktok_authorization_states"."used_at","tiktok_authorization_states"."choice_hash","tiktok_authorization_states"."shops","tiktok_authorization_states"."chosen_at" FROM "tiktok_authorization_states" WHERE "choice_hash" = $1 LIMIT $2 FOR UPDATE;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
UPDATE "tiktok_authorization_states" SET "shops"=$1,"chosen_at"=$2 WHERE "state_hash" = $3;
COMMIT;

-- forget consents
DELETE FROM "tiktok_authorization_states" WHERE (state_hash) IN (SELECT state_hash FROM (SELECT state_hash, SUM(bytes) OVER (ORDER BY created_at, state_hash) - bytes AS bytes_before FROM (SELECT state_hash, created_at, COALESCE(octet_length(shops), 0) AS bytes FROM "tiktok_authorization_states" WHERE "created_at" <= $1 ORDER BY created_at LIMIT $2) AS old) AS summed WHERE "bytes_before" < $3);

-- credentials
SELECT store_id, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM shopify_credentials WHERE store_id = $1;

-- claim refresh, of none
BEGIN;
INSERT INTO "shopify_credentials" ("store_id","access_token","refresh_token","access_expires_at","refresh_expires_at","scopes","version","refreshing_until","updated_at") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT DO NOTHING;
COMMIT;

-- save credentials
BEGIN;
UPDATE "shopify_credentials" SET "access_token"=$1,"refresh_token"=$2,"access_expires_at"=$3,"refresh_expires_at"=$4,"scopes"=$5,"version"=$6,"refreshing_until"=$7,"updated_at"=$8 WHERE "version" = $9 AND "store_id" = $10;
COMMIT;

-- claim refresh
BEGIN;
UPDATE "shopify_credentials" SET "version"=$1,"refreshing_until"=$2 WHERE "version" = $3 AND "store_id" = $4;
COMMIT;

-- release refresh
BEGIN;
UPDATE "shopify_credentials" SET "version"=$1,"refreshing_until"=$2 WHERE "version" = $3 AND "store_id" = $4;
COMMIT;

-- save credentials, changed meanwhile
BEGIN;
UPDATE "shopify_credentials" SET "access_token"=$1,"refresh_token"=$2,"access_expires_at"=$3,"refresh_expires_at"=$4,"scopes"=$5,"version"=$6,"refreshing_until"=$7,"updated_at"=$8 WHERE "version" = $9 AND "store_id" = $10;
ROLLBACK;

-- check keyset
SELECT key_id, count(DISTINCT store_id) AS stores
FROM (SELECT store_id, substr(access_token, 1, 5) AS key_id FROM shopify_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM shopify_credentials
    UNION SELECT store_id, substr(access_token, 1, 5) FROM tiktok_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM tiktok_credentials
    UNION SELECT store_id, substr(cipher, 1, 5) FROM tiktok_credentials UNION SELECT store_id, substr(secret, 1, 5) FROM webhook_secrets) AS sealed
WHERE key_id IS NOT NULL
GROUP BY key_id;

-- reseal credentials, sealed by the primary key

-- reseal credentials
SELECT "shopify_credentials"."store_id","shopify_credentials"."access_token","shopify_credentials"."refresh_token","shopify_credentials"."access_expires_at","shopify_credentials"."refresh_expires_at","shopify_credentials"."scopes","shopify_credentials"."version","shopify_credentials"."refreshing_until","shopify_credentials"."updated_at" FROM "shopify_credentials" WHERE (substr(access_token, 1, 5) = $1 OR substr(refresh_token, 1, 5) = $2) AND "store_id" > $3 ORDER BY store_id LIMIT $4;
BEGIN;
UPDATE "shopify_credentials" SET "access_token"=$1,"refresh_token"=$2 WHERE "version" = $3 AND "store_id" = $4;
COMMIT;
SELECT "shopify_credentials"."store_id","shopify_credentials"."access_token","shopify_credentials"."refresh_token","shopify_credentials"."access_expires_at","shopify_credentials"."refresh_expires_at","shopify_credentials"."scopes","shopify_credentials"."version","shopify_credentials"."refreshing_until","shopify_credentials"."updated_at" FROM "shopify_credentials" WHERE (substr(access_token, 1, 5) = $1 OR substr(refresh_token, 1, 5) = $2) AND "store_id" > $3 ORDER BY store_id LIMIT $4;
SELECT "tiktok_credentials"."account_id","tiktok_credentials"."store_id","tiktok_credentials"."shop_id","tiktok_credentials"."cipher","tiktok_credentials"."access_token","tiktok_credentials"."refresh_token","tiktok_credentials"."access_expires_at","tiktok_credentials"."refresh_expires_at","tiktok_credentials"."scopes","tiktok_credentials"."version","tiktok_credentials"."refreshing_until","tiktok_credentials"."updated_at" FROM "tiktok_credentials" WHERE (substr(access_token, 1, 5) = $1 OR substr(refresh_token, 1, 5) = $2 OR substr(cipher, 1, 5) = $3) AND "account_id" > $4 ORDER BY account_id LIMIT $5;
SELECT "webhook_secrets"."id","webhook_secrets"."endpoint_id","webhook_secrets"."store_id","webhook_secrets"."secret","webhook_secrets"."created_at","webhook_secrets"."expires_at" FROM "webhook_secrets" WHERE substr(secret, 1, 5) = $1 AND "id" > $2 ORDER BY id LIMIT $3;

-- Shopify user
SELECT store_id, user_id, name, asked_at FROM shopify_users WHERE store_id = $1 AND user_id = $2;

-- claim Shopify user
BEGIN;
INSERT INTO "shopify_users" ("store_id","user_id","name","asked_at") VALUES ($1,$2,$3,$4) ON CONFLICT ("store_id","user_id") DO UPDATE SET "asked_at"="excluded"."asked_at" WHERE "shopify_users"."asked_at" <= $5;
COMMIT;

-- claim Shopify user, again
BEGIN;
INSERT INTO "shopify_users" ("store_id","user_id","name","asked_at") VALUES ($1,$2,$3,$4) ON CONFLICT ("store_id","user_id") DO UPDATE SET "asked_at"="excluded"."asked_at" WHERE "shopify_users"."asked_at" <= $5;
COMMIT;

-- name Shopify user
BEGIN;
UPDATE "shopify_users" SET "name"=$1 WHERE "store_id" = $2 AND "user_id" = $3;
COMMIT;

-- forget Shopify users
DELETE FROM "shopify_users" WHERE (store_id, user_id) IN (SELECT store_id, user_id FROM "shopify_users" WHERE "asked_at" <= $1 LIMIT $2);

-- update settings, with webhook endpoints
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
UPDATE webhook_endpoints
SET waiting = (topics = '' OR ' ' || topics || ' ' LIKE '% ' || CAST($2 AS text) || ' %'),
    sent_through = CASE WHEN topics = '' OR ' ' || topics || ' ' LIKE '% ' || CAST($2 AS text) || ' %' THEN sent_through
        ELSE (SELECT MAX(event_number) FROM audit_entries au WHERE au.store_id = $1 AND au.event_number IS NOT NULL) END
WHERE store_id = $1 AND disabled_at IS NULL AND NOT waiting
RETURNING id, waiting;
-- River's JobInsertFastMany;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- read what is to be sent
SELECT w.id, w.store_id, w.url, w.topics, w.created_at, w.disabled_at, w.sent_through, w.waiting, w.attempts,
    w.first_attempt_at, w.failing_since, s.id AS of_id, s.domain AS of_domain, s.region AS of_region
FROM webhook_endpoints w JOIN stores s ON s.id = w.store_id
WHERE w.id = $1;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, secret FROM webhook_secrets
WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2)
ORDER BY created_at DESC, id;
SELECT au.event_number, au.seq, au.id AS audit_entry_id, au.action AS topic, au.occurred_at, au.account_id,
    t.id AS disconnection_id
FROM webhook_endpoints w
JOIN audit_entries au ON au.store_id = w.store_id AND au.event_number > w.sent_through
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
WHERE w.id = $1 AND w.disabled_at IS NULL AND (w.topics = '' OR ' ' || w.topics || ' ' LIKE '% ' || au.action || ' %')
ORDER BY au.event_number LIMIT $2;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
COMMIT;

-- note a delivery
BEGIN;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
INSERT INTO "webhook_deliveries" ("id","endpoint_id","store_id","entry_seq","attempt","sent_at","status","error","duration_ms") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING "seq";
UPDATE "webhook_endpoints" SET "disabled_at"=$1,"sent_through"=$2,"attempts"=$3,"first_attempt_at"=$4,"failing_since"=$5 WHERE "id" = $6;
COMMIT;

-- stop sending
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT au.event_number, au.seq, au.id AS audit_entry_id, au.action AS topic, au.occurred_at, au.account_id,
    t.id AS disconnection_id
FROM webhook_endpoints w
JOIN audit_entries au ON au.store_id = w.store_id AND au.event_number > w.sent_through
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
WHERE w.id = $1 AND w.disabled_at IS NULL AND (w.topics = '' OR ' ' || w.topics || ' ' LIKE '% ' || au.action || ' %')
ORDER BY au.event_number LIMIT $2;
UPDATE webhook_endpoints SET waiting = false, attempts = 0, first_attempt_at = NULL, sent_through = CASE WHEN disabled_at IS NOT NULL THEN sent_through
    ELSE (SELECT COALESCE(MAX(au.event_number), 0) FROM audit_entries au WHERE au.store_id = webhook_endpoints.store_id AND au.event_number IS NOT NULL) END
WHERE id = $1;
UPDATE "river_job" SET "finalized_at"=CURRENT_TIMESTAMP,"state"=$1 WHERE "state" = $2 AND "queue" = $3 AND args ->> 'endpoint' = $4;
COMMIT;

-- forget deliveries
DELETE FROM "webhook_deliveries" WHERE (seq) IN (SELECT "seq" FROM "webhook_deliveries" WHERE "sent_at" <= $1 LIMIT $2);

-- register store
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;
BEGIN;
INSERT INTO "stores" ("id","domain","name","region","linked") VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
COMMIT;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;

-- register store, again
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;

-- make demo store
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;
BEGIN;
INSERT INTO "stores" ("id","domain","name","region","linked") VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "domain" = $1 LIMIT $2;

-- ready
SELECT COALESCE(MAX(version_id), 0) AS version FROM handback_migrations
WHERE NOT EXISTS (SELECT 1
    FROM stores, accounts, epochs, audit_entries, disconnections, settings, setting_changes, api_keys, idempotency_keys, shopify_credentials, tiktok_credentials,
        transitions, store_writes, restoration_exceptions, handoff_items, tiktok_authorization_states, platform_notifications, redactions,
        webhook_endpoints, webhook_secrets, webhook_deliveries, shopify_users, river_job, river_queue, river_notification, river_migration
    WHERE false);
SELECT current_setting('transaction_read_only') = 'on' AS read_only,
    (SELECT string_agg(p.verb || ' ON ' || p.relation, ', ')
     FROM (VALUES ('stores', 'INSERT'), ('stores', 'UPDATE'), ('accounts', 'INSERT'), ('accounts', 'UPDATE'), ('epochs', 'INSERT'), ('epochs', 'UPDATE'),
         ('audit_entries', 'INSERT'), ('disconnections', 'INSERT'), ('settings', 'INSERT'), ('settings', 'UPDATE'),
         ('setting_changes', 'INSERT'), ('api_keys', 'INSERT'), ('api_keys', 'UPDATE'),
         ('idempotency_keys', 'INSERT'), ('idempotency_keys', 'UPDATE'),
         ('shopify_credentials', 'INSERT'), ('shopify_credentials', 'UPDATE'), ('tiktok_credentials', 'INSERT'),
         ('tiktok_credentials', 'UPDATE'), ('tiktok_credentials', 'DELETE'), ('transitions', 'INSERT'), ('transitions', 'UPDATE'),
         ('store_writes', 'INSERT'), ('store_writes', 'UPDATE'), ('store_writes', 'DELETE'), ('restoration_exceptions', 'INSERT'),
         ('handoff_items', 'INSERT'), ('handoff_items', 'UPDATE'),
         ('tiktok_authorization_states', 'INSERT'), ('tiktok_authorization_states', 'UPDATE'),
         ('platform_notifications', 'INSERT'), ('platform_notifications', 'UPDATE'), ('redactions', 'INSERT'), ('redactions', 'UPDATE'),
         ('webhook_endpoints', 'INSERT'), ('webhook_endpoints', 'UPDATE'), ('webhook_endpoints', 'DELETE'),
         ('webhook_secrets', 'INSERT'), ('webhook_secrets', 'UPDATE'), ('webhook_deliveries', 'INSERT'), ('shopify_users', 'INSERT'), ('shopify_users', 'UPDATE'),
         ('river_job', 'INSERT'), ('river_job', 'UPDATE'),
         ('river_job', 'DELETE'), ('river_leader', 'INSERT'), ('river_leader', 'UPDATE'), ('river_leader', 'DELETE'),
         ('river_queue', 'INSERT'), ('river_queue', 'UPDATE')) AS p (relation, verb)
     WHERE NOT CASE p.verb WHEN 'DELETE' THEN has_table_privilege(p.relation, p.verb)
         ELSE has_any_column_privilege(p.relation, p.verb) END) AS forbidden,
    (SELECT string_agg(s.relation, ', ')
     FROM (VALUES ('audit_entries', pg_get_serial_sequence('audit_entries', 'seq'), (SELECT MAX(seq) FROM audit_entries)),
         ('setting_changes', pg_get_serial_sequence('setting_changes', 'seq'), (SELECT MAX(seq) FROM setting_changes)),
         ('river_job', pg_get_serial_sequence('river_job', 'id'), (SELECT MAX(id) FROM river_job)))
         AS s (relation, sequence, newest)
     WHERE CASE WHEN has_sequence_privilege(s.sequence, 'SELECT')
         THEN s.newest > COALESCE(pg_sequence_last_value(s.sequence::regclass), 0) END) AS behind;

-- create webhook endpoint, of no address

-- create webhook endpoint
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT count(*) FROM "webhook_endpoints" WHERE "store_id" = $1;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
INSERT INTO "webhook_endpoints" ("id","store_id","url","topics","created_at","disabled_at","sent_through","waiting","attempts","first_attempt_at","failing_since") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11);
INSERT INTO "webhook_secrets" ("id","endpoint_id","store_id","secret","created_at","expires_at") VALUES ($1,$2,$3,$4,$5,$6);
UPDATE "stores" SET "has_webhooks"=$1 WHERE "id" = $2;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- webhook endpoints
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 ORDER BY created_at DESC, id DESC;

-- webhook endpoint
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC;

-- webhook deliveries
SELECT d.seq AS delivery_seq, d.id AS delivery_id, d.endpoint_id AS delivery_endpoint_id, d.store_id AS delivery_store_id, d.entry_seq AS delivery_entry_seq,
    d.attempt AS delivery_attempt, d.sent_at AS delivery_sent_at, d.status AS delivery_status, d.error AS delivery_error, d.duration_ms AS delivery_duration_ms,
    au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN r.verified THEN r.restored_digest END AS record_restored_digest,
    COALESCE(r.exceptions, 0) AS record_exceptions
FROM (WITH page AS MATERIALIZED (
    SELECT listed.before, listed.endpoint_id, COALESCE((
        SELECT o.seq FROM webhook_deliveries o WHERE o.endpoint_id = listed.endpoint_id AND o.seq < listed.before ORDER BY o.seq DESC LIMIT 1 OFFSET $4), 0) AS oldest
    FROM (
        SELECT w.id AS endpoint_id, COALESCE((SELECT b.seq FROM webhook_deliveries b WHERE b.id = $3 AND b.store_id = $1),
            CASE WHEN $3 = '' THEN 9223372036854775807 ELSE 0 END) AS before
        FROM webhook_endpoints w WHERE w.store_id = $1 AND ($2 = '' OR w.id = $2)) AS listed) SELECT * FROM page) AS page
CROSS JOIN webhook_deliveries d
JOIN audit_entries au ON au.seq = d.entry_seq
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections r ON r.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE d.endpoint_id = page.endpoint_id AND d.seq >= page.oldest AND d.seq < page.before
ORDER BY d.seq DESC;

-- webhook deliveries with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT d.seq AS delivery_seq, d.id AS delivery_id, d.endpoint_id AS delivery_endpoint_id, d.store_id AS delivery_store_id, d.entry_seq AS delivery_entry_seq,
    d.attempt AS delivery_attempt, d.sent_at AS delivery_sent_at, d.status AS delivery_status, d.error AS delivery_error, d.duration_ms AS delivery_duration_ms,
    au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN r.verified THEN r.restored_digest END AS record_restored_digest,
    COALESCE(r.exceptions, 0) AS record_exceptions
FROM (WITH page AS MATERIALIZED (
    SELECT listed.before, listed.endpoint_id, COALESCE((
        SELECT o.seq FROM webhook_deliveries o WHERE o.endpoint_id = listed.endpoint_id AND o.seq < listed.before ORDER BY o.seq DESC LIMIT 1 OFFSET $4), 0) AS oldest
    FROM (
        SELECT w.id AS endpoint_id, COALESCE((SELECT b.seq FROM webhook_deliveries b WHERE b.id = $3 AND b.store_id = $1),
            CASE WHEN $3 = '' THEN 9223372036854775807 ELSE 0 END) AS before
        FROM webhook_endpoints w WHERE w.store_id = $1 AND ($2 = '' OR w.id = $2)) AS listed) SELECT * FROM page) AS page
CROSS JOIN webhook_deliveries d
JOIN audit_entries au ON au.seq = d.entry_seq
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections r ON r.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE d.endpoint_id = page.endpoint_id AND d.seq >= page.oldest AND d.seq < page.before
ORDER BY d.seq DESC;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $6 AND s.bytes_so_far <= $7 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $6 AND s.bytes_so_far <= $7 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $6 AND s.bytes_so_far <= $7 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $6 AND s.bytes_so_far <= $7 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(copies * (
        CASE WHEN before_bytes <= $6 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $6 THEN after_bytes ELSE 0 END))
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $6 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $6 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, sent.seq AS entry_seq, sent.copies, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT d.entry_seq AS seq, COUNT(*) AS copies
            FROM (WITH page AS MATERIALIZED (
                SELECT listed.before, listed.endpoint_id, COALESCE((
                    SELECT o.seq FROM webhook_deliveries o WHERE o.endpoint_id = listed.endpoint_id AND o.seq < listed.before ORDER BY o.seq DESC LIMIT 1 OFFSET $4), 0) AS oldest
                FROM (
                    SELECT w.id AS endpoint_id, COALESCE((SELECT b.seq FROM webhook_deliveries b WHERE b.id = $3 AND b.store_id = $1),
                        CASE WHEN $3 = '' THEN 9223372036854775807 ELSE 0 END) AS before
                    FROM webhook_endpoints w WHERE w.store_id = $1 AND ($2 = '' OR w.id = $2)) AS listed) SELECT * FROM page) AS page
            CROSS JOIN webhook_deliveries d
            WHERE d.endpoint_id = page.endpoint_id AND d.seq >= page.oldest AND d.seq < page.before
            GROUP BY d.entry_seq) AS sent
        JOIN audit_entries au ON au.seq = sent.seq
        LEFT JOIN disconnections r ON r.id = au.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(r.entry_seq, sent.seq)
        WHERE $5 = '' OR c.key = $5) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;

-- webhook delivery with everything
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT d.seq AS delivery_seq, d.id AS delivery_id, d.endpoint_id AS delivery_endpoint_id, d.store_id AS delivery_store_id, d.entry_seq AS delivery_entry_seq,
    d.attempt AS delivery_attempt, d.sent_at AS delivery_sent_at, d.status AS delivery_status, d.error AS delivery_error, d.duration_ms AS delivery_duration_ms,
    au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN r.verified THEN r.restored_digest END AS record_restored_digest,
    COALESCE(r.exceptions, 0) AS record_exceptions
FROM webhook_deliveries d
JOIN audit_entries au ON au.seq = d.entry_seq
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections r ON r.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE d.store_id = $1 AND d.id = $2;
SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(copies * (
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END))
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, sent.seq AS entry_seq, sent.copies, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id, 1 AS copies
            FROM webhook_deliveries d JOIN audit_entries au ON au.seq = d.entry_seq
            WHERE d.store_id = $1 AND d.id = $2) AS sent
        LEFT JOIN disconnections r ON r.id = sent.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(r.entry_seq, sent.seq)
        WHERE $3 = '' OR c.key = $3) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key;
COMMIT;

-- update webhook endpoint, to the same
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
ROLLBACK;

-- update webhook endpoint
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
UPDATE "webhook_endpoints" SET "url"=$1,"topics"=$2,"disabled_at"=$3,"sent_through"=$4,"waiting"=$5,"attempts"=$6,"first_attempt_at"=$7,"failing_since"=$8 WHERE "id" = $9;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- rotate webhook secret
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
SELECT "created_at" FROM "webhook_secrets" WHERE "endpoint_id" = $1 AND ("expires_at" IS NULL OR "expires_at" > $2);
DELETE FROM "webhook_secrets" WHERE "endpoint_id" = $1 AND "expires_at" <= $2;
UPDATE "webhook_secrets" SET "expires_at"=$1 WHERE "endpoint_id" = $2 AND ("expires_at" IS NULL OR "expires_at" > $3);
INSERT INTO "webhook_secrets" ("id","endpoint_id","store_id","secret","created_at","expires_at") VALUES ($1,$2,$3,$4,$5,$6);
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- redeliver events, by a new job
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
UPDATE "river_job" SET "scheduled_at"=CURRENT_TIMESTAMP,"state"=$1 WHERE "kind" = $2 AND "state" IN ($3,$4,$5) AND args ->> 'endpoint' = $6;
SELECT count(*) FROM "river_job" WHERE "kind" = $1 AND "state" = $2 AND args ->> 'endpoint' = $3;
-- River's JobInsertFastMany;
UPDATE "webhook_endpoints" SET "url"=$1,"topics"=$2,"disabled_at"=$3,"sent_through"=$4,"waiting"=$5,"attempts"=$6,"first_attempt_at"=$7,"failing_since"=$8 WHERE "id" = $9;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- redeliver events, by a job that waits
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
UPDATE "river_job" SET "scheduled_at"=CURRENT_TIMESTAMP,"state"=$1 WHERE "kind" = $2 AND "state" IN ($3,$4,$5) AND args ->> 'endpoint' = $6;
UPDATE "webhook_endpoints" SET "url"=$1,"topics"=$2,"disabled_at"=$3,"sent_through"=$4,"waiting"=$5,"attempts"=$6,"first_attempt_at"=$7,"failing_since"=$8 WHERE "id" = $9;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- redeliver the newest events
BEGIN;
UPDATE stores SET ledger_bytes = CASE WHEN ledger_day = $2 THEN ledger_bytes ELSE 0 END + $3, ledger_day = $2
WHERE id = $1
RETURNING linked, has_webhooks, ledger_day, ledger_bytes, answers_day, answer_bytes;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
SELECT "event_number" FROM "audit_entries" WHERE "store_id" = $1 AND "event_number" IS NOT NULL ORDER BY event_number DESC LIMIT $2;
UPDATE "river_job" SET "scheduled_at"=CURRENT_TIMESTAMP,"state"=$1 WHERE "kind" = $2 AND "state" IN ($3,$4,$5) AND args ->> 'endpoint' = $6;
UPDATE "webhook_endpoints" SET "url"=$1,"topics"=$2,"disabled_at"=$3,"sent_through"=$4,"waiting"=$5,"attempts"=$6,"first_attempt_at"=$7,"failing_since"=$8 WHERE "id" = $9;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- delete webhook endpoint
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
DELETE FROM "webhook_endpoints" WHERE "webhook_endpoints"."id" = $1;
SELECT count(*) FROM "webhook_endpoints" WHERE "store_id" = $1;
UPDATE "stores" SET "has_webhooks"=$1 WHERE "id" = $2;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING "seq";
COMMIT;

-- delete webhook endpoint, refused
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "webhook_endpoints"."id","webhook_endpoints"."store_id","webhook_endpoints"."url","webhook_endpoints"."topics","webhook_endpoints"."created_at","webhook_endpoints"."disabled_at","webhook_endpoints"."sent_through","webhook_endpoints"."waiting","webhook_endpoints"."attempts","webhook_endpoints"."first_attempt_at","webhook_endpoints"."failing_since" FROM "webhook_endpoints" WHERE "store_id" = $1 AND "id" = $2 ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE;
ROLLBACK;

-- link store
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
UPDATE "stores" SET "linked"=$1,"name"=$2,"region"=$3 WHERE "id" = $4;
COMMIT;

-- linked stores
SELECT "domain" FROM "stores" WHERE "linked" = $1 AND "domain" > $2 ORDER BY domain LIMIT $3;

-- connect in the store, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a connect
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- extend a lease
BEGIN;
UPDATE "transitions" SET "leased_until"=$1 WHERE "id" = $2;
COMMIT;

-- plan a connect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
UPDATE "accounts" SET "epoch_id"=$1 WHERE "id" = $2;
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n);
UPDATE "transitions" SET "attempts"=$1,"epoch_id"=$2,"next_attempt_at"=$3,"phase"=$4,"problem_code"=$5,"problem_detail"=$6,"writes_total"=$7 WHERE "id" = $8;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- pending writes
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;

-- save writes
BEGIN;
UPDATE "store_writes" SET "detail"=$1,"reason"=$2,"state"=$3 WHERE "transition_id" = $4 AND "seq" >= $5 AND "seq" <= $6;
UPDATE transitions SET writes_done = writes_done + $2 WHERE id = $1;
COMMIT;

-- pending writes, none left
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
UPDATE "transitions" SET "phase"=$1 WHERE "id" = $2;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- verify a connect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "seq","key","entry","target","entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" <> $2 AND "seq" > $3 ORDER BY seq LIMIT $4;
SELECT "seq","key","entry","target","entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" <> $2 AND "seq" > $3 ORDER BY seq LIMIT $4;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6) AND ("observed_at" IS NULL OR "observed_at" < $7) AND "updated_by_kind" = $8;
UPDATE "accounts" SET "status"=$1 WHERE "id" = $2;
-- River's JobInsertFastMany;
UPDATE "transitions" SET "attempts"=$1,"closed_at"=$2,"completed_at"=$3,"entry_seq"=$4,"leased_until"=$5,"next_attempt_at"=$6,"phase"=$7,"problem_code"=$8,"problem_detail"=$9 WHERE "id" = $10;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- reconcile
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND ("closed_at" IS NULL OR "closed_at" >= $2);
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
UPDATE "epochs" SET "drift"=$1 WHERE "id" = $2;
COMMIT;

-- reconcile, edited
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND ("closed_at" IS NULL OR "closed_at" >= $2);
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
UPDATE "epochs" SET "drift"=$1 WHERE "id" = $2;
COMMIT;

-- reconcile shop
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6) AND ("observed_at" IS NULL OR "observed_at" < $7) AND "updated_by_kind" = $8;
COMMIT;

-- reconcile shop, changed
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id,
    shopify_problem, shopify_problem_detail, tiktok_problem
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6) AND ("observed_at" IS NULL OR "observed_at" < $7) AND "updated_by_kind" = $8;
COMMIT;

-- foresee an uninstalled app
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
UPDATE "accounts" SET "shopify_problem"=$1,"shopify_problem_detail"=$2 WHERE "store_id" = $3 AND "kind" = $4 AND "status" <> $5;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
UPDATE "epochs" SET "drift"=$1 WHERE "id" = $2;
COMMIT;

-- note an installation
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
UPDATE "stores" SET "installed_at"=$1,"uninstalled_at"=$2 WHERE "id" = $3;
UPDATE "accounts" SET "shopify_problem"=$1,"shopify_problem_detail"=$2 WHERE "store_id" = $3 AND "kind" = $4 AND "status" <> $5;
COMMIT;

-- connected epoch
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
COMMIT;

-- edit in the store, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND $2 LIKE '%,' || key || ',%'
ORDER BY key;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n);
UPDATE "transitions" SET "attempts"=$1,"next_attempt_at"=$2,"phase"=$3,"problem_code"=$4,"problem_detail"=$5,"writes_total"=$6 WHERE "id" = $7;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- disconnect in the store, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
UPDATE "transitions" SET "authorization_status"=$1,"closed_at"=$2,"completed_at"=$3,"next_attempt_at"=$4,"phase"=$5,"problem_code"=$6,"problem_detail"=$7 WHERE "id" = $8;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
UPDATE "accounts" SET "status"=$1 WHERE "id" = $2;
-- River's JobInsertFastMany;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a disconnect
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- plan a disconnect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND (("kind" = $2 AND "epoch_id" = $3 AND "entry_seq" IS NULL) OR ("kind" = $4 AND "closed_at" >= $5)) ORDER BY begun_at DESC LIMIT $6;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "seq","key","entry","target","entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" <> $2 AND "seq" > $3 ORDER BY seq LIMIT $4;
SELECT "seq","key","entry","target","entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" <> $2 AND "seq" > $3 ORDER BY seq LIMIT $4;
SELECT "audit_entries"."seq","audit_entries"."id","audit_entries"."store_id","audit_entries"."account_id","audit_entries"."action","audit_entries"."actor_kind","audit_entries"."actor_name","audit_entries"."occurred_at","audit_entries"."api_key_id","audit_entries"."api_key_name","audit_entries"."shopify_user_id","audit_entries"."disconnection_id" FROM "audit_entries" WHERE "seq" = $1 LIMIT $2;
SELECT "seq" FROM "setting_changes" WHERE "entry_seq" = $1;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n);
UPDATE "transitions" SET "attempts"=$1,"next_attempt_at"=$2,"phase"=$3,"problem_code"=$4,"problem_detail"=$5,"writes_total"=$6 WHERE "id" = $7;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- pending writes of a disconnect
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;

-- postpone a disconnect, for a person
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
UPDATE "transitions" SET "attempts"=$1,"leased_until"=$2,"next_attempt_at"=$3,"phase"=$4,"problem_code"=$5,"problem_detail"=$6 WHERE "phase" = $7 AND "id" = $8;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
COMMIT;

-- retry disconnection, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 AND "store_id" = $2 AND "kind" = $3 LIMIT $4;
UPDATE "transitions" SET "attempts"=$1,"next_attempt_at"=$2,"phase"=$3,"problem_code"=$4,"problem_detail"=$5,"rounds"=$6 WHERE "id" = $7;
-- River's JobInsertFastMany;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a disconnect, again
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- plan a disconnect, again
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
UPDATE "transitions" SET "attempts"=$1,"next_attempt_at"=$2,"phase"=$3,"problem_code"=$4,"problem_detail"=$5,"writes_total"=$6 WHERE "id" = $7;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- pending writes of a disconnect, none left
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
UPDATE "transitions" SET "phase"=$1 WHERE "id" = $2;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- verify a disconnect, which differs
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq;
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n);
UPDATE "transitions" SET "attempts"=$1,"next_attempt_at"=$2,"phase"=$3,"problem_code"=$4,"problem_detail"=$5,"rounds"=$6,"writes_total"=$7 WHERE "id" = $8;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- pending writes of a disconnect, again
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;

-- save writes of a disconnect
BEGIN;
UPDATE "store_writes" SET "detail"=$1,"reason"=$2,"state"=$3 WHERE "transition_id" = $4 AND "seq" >= $5 AND "seq" <= $6;
UPDATE transitions SET writes_done = writes_done + $2 WHERE id = $1;
COMMIT;

-- pending writes of a disconnect, none left again
SELECT "phase" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq LIMIT $3;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
UPDATE "transitions" SET "phase"=$1 WHERE "id" = $2;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- verify a disconnect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
UPDATE "transitions" SET "attempts"=$1,"closed_at"=$2,"entry_seq"=$3,"next_attempt_at"=$4,"phase"=$5,"problem_code"=$6,"problem_detail"=$7 WHERE "id" = $8;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- epoch closed
SELECT count(*) FROM "disconnections" WHERE "store_id" = $1 AND "epoch_id" = $2;

-- finish revoking
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
DELETE FROM "tiktok_credentials" WHERE "tiktok_credentials"."account_id" = $1;
UPDATE "transitions" SET "attempts"=$1,"authorization_revoked_at"=$2,"authorization_status"=$3,"completed_at"=$4,"leased_until"=$5,"next_attempt_at"=$6,"phase"=$7,"problem_code"=$8,"problem_detail"=$9 WHERE "id" = $10;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- connect in the store again, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a connect, again
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- fail a connect
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
UPDATE "transitions" SET "authorization_status"=$1,"closed_at"=$2,"completed_at"=$3,"next_attempt_at"=$4,"phase"=$5,"problem_code"=$6,"problem_detail"=$7 WHERE "id" = $8;
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
UPDATE "accounts" SET "epoch_id"=$1 WHERE "id" = $2;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
-- River's JobInsertFastMany;
UPDATE "transitions" SET "cause_code"=$1,"cause_detail"=$2 WHERE "id" = $3;
UPDATE "transitions" SET "authorization_status"=$1,"closed_at"=$2,"completed_at"=$3,"leased_until"=$4,"next_attempt_at"=$5,"phase"=$6,"problem_code"=$7,"problem_detail"=$8 WHERE "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- connect in the store a third time, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
UPDATE "transitions" SET "authorization_status"=$1,"completed_at"=$2,"next_attempt_at"=$3,"phase"=$4,"problem_code"=$5,"problem_detail"=$6 WHERE "phase" = $7 AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
INSERT INTO "accounts" ("id","store_id","kind","name","external_id","region","status","connected_at","disconnected_at","epoch_id","shopify_problem","shopify_problem_detail","tiktok_problem") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT ("id") DO UPDATE SET "store_id"="excluded"."store_id","kind"="excluded"."kind","name"="excluded"."name","external_id"="excluded"."external_id","region"="excluded"."region","status"="excluded"."status","connected_at"="excluded"."connected_at","disconnected_at"="excluded"."disconnected_at","epoch_id"="excluded"."epoch_id","shopify_problem"="excluded"."shopify_problem","shopify_problem_detail"="excluded"."shopify_problem_detail","tiktok_problem"="excluded"."tiktok_problem";
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a connect, a third time
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- plan a connect, a third time
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
INSERT INTO "epochs" ("id","store_id","account_id","opened_at","snapshot","snapshot_digest","preview_salt","drift","open_orders") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9);
UPDATE "accounts" SET "epoch_id"=$1 WHERE "id" = $2;
SELECT "seq" FROM "store_writes" WHERE "transition_id" = $1 ORDER BY seq DESC LIMIT $2;
DELETE FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2;
INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n);
UPDATE "transitions" SET "attempts"=$1,"epoch_id"=$2,"next_attempt_at"=$3,"phase"=$4,"problem_code"=$5,"problem_detail"=$6,"writes_total"=$7 WHERE "id" = $8;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- end a lease
BEGIN;
UPDATE "transitions" SET "leased_until"=$1 WHERE "id" = $2;
COMMIT;

-- disconnect while connecting, with a key
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "idempotency_keys"."store_id","idempotency_keys"."caller_id","idempotency_keys"."key_hash","idempotency_keys"."digest","idempotency_keys"."answer","idempotency_keys"."created_at","idempotency_keys"."answer_dropped" FROM "idempotency_keys" WHERE "store_id" = $1 AND "caller_id" = $2 AND "key_hash" = $3 AND "created_at" > $4;
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM (
    SELECT id FROM accounts WHERE store_id = $1 AND status <> 'DISCONNECTED'
    UNION
    SELECT id FROM accounts WHERE store_id = $1 AND id = $2
    UNION
    SELECT last.id FROM (
        SELECT id FROM accounts WHERE store_id = $1 AND kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED'
        ORDER BY disconnected_at DESC, connected_at DESC, id DESC LIMIT 1) AS last) AS few
JOIN accounts a ON a.id = few.id
ORDER BY a.connected_at DESC, a.id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift, e.open_orders
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND a.status = 'CONNECTED';
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "store_id" = $1 AND "closed_at" IS NULL LIMIT $2;
UPDATE "transitions" SET "authorization_status"=$1,"closed_at"=$2,"completed_at"=$3,"next_attempt_at"=$4,"phase"=$5,"problem_code"=$6,"problem_detail"=$7 WHERE "id" = $8;
INSERT INTO "transitions" ("id","store_id","account_id","epoch_id","kind","phase","begun_at","begun_by_kind","begun_by_name","api_key_id","api_key_name","shopify_user_id","rounds","writes_done","writes_total","attempts","next_attempt_at","leased_until","problem_code","problem_detail","cause_code","cause_detail","closed_at","completed_at","entry_seq","authorization_status","authorization_revoked_at","handoff_state","handoff_read_at","handoff_attempts","handoff_next_attempt_at","handoff_leased_until","handoff_problem_code") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33);
-- River's JobInsertFastMany;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
UPDATE "accounts" SET "status"=$1 WHERE "id" = $2;
INSERT INTO "idempotency_keys" ("store_id","caller_id","key_hash","digest","answer","created_at","answer_dropped") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("store_id","caller_id","key_hash") DO UPDATE SET "digest"="excluded"."digest","answer"="excluded"."answer","created_at"="excluded"."created_at","answer_dropped"="excluded"."answer_dropped";
UPDATE stores SET ledger_day = $2, ledger_bytes = $3, answers_day = $4, answer_bytes = $5 WHERE id = $1;
COMMIT;

-- lease a disconnect while connecting
BEGIN;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT count(*) FROM "transitions" WHERE "store_id" = $1 AND "id" <> $2 AND "phase" <> $3 AND "leased_until" > $4;
UPDATE "transitions" SET "leased_until"=$1,"next_attempt_at"=$2 WHERE "phase" IN ($3,$4,$5,$6) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $7) AND ("leased_until" IS NULL OR "leased_until" <= $8) AND "id" = $9;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
COMMIT;

-- postpone a disconnect while connecting
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
UPDATE "transitions" SET "attempts"=$1,"leased_until"=$2,"next_attempt_at"=$3,"phase"=$4,"problem_code"=$5,"problem_detail"=$6 WHERE "phase" = $7 AND "id" = $8;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
COMMIT;

-- accept exceptions
BEGIN;
SELECT "linked",has_webhooks,ledger_day,ledger_bytes,answers_day,answer_bytes FROM "stores" WHERE "id" = $1 LIMIT $2 FOR NO KEY UPDATE;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 AND "store_id" = $2 AND "kind" = $3 LIMIT $4;
SELECT "transitions"."id","transitions"."store_id","transitions"."account_id","transitions"."epoch_id","transitions"."kind","transitions"."phase","transitions"."begun_at","transitions"."begun_by_kind","transitions"."begun_by_name","transitions"."api_key_id","transitions"."api_key_name","transitions"."shopify_user_id","transitions"."rounds","transitions"."writes_done","transitions"."writes_total","transitions"."attempts","transitions"."next_attempt_at","transitions"."leased_until","transitions"."problem_code","transitions"."problem_detail","transitions"."cause_code","transitions"."cause_detail","transitions"."closed_at","transitions"."completed_at","transitions"."entry_seq","transitions"."authorization_status","transitions"."authorization_revoked_at","transitions"."handoff_state","transitions"."handoff_read_at","transitions"."handoff_attempts","transitions"."handoff_next_attempt_at","transitions"."handoff_leased_until","transitions"."handoff_problem_code" FROM "transitions" WHERE "id" = $1 LIMIT $2;
SELECT "stores"."id","stores"."domain","stores"."name","stores"."region","stores"."linked" FROM "stores" WHERE "id" = $1 LIMIT $2;
SELECT "accounts"."id","accounts"."store_id","accounts"."kind","accounts"."name","accounts"."external_id","accounts"."region","accounts"."status","accounts"."connected_at","accounts"."disconnected_at","accounts"."epoch_id","accounts"."shopify_problem","accounts"."shopify_problem_detail","accounts"."tiktok_problem" FROM "accounts" WHERE "id" = $1 LIMIT $2;
SELECT "epochs"."id","epochs"."store_id","epochs"."account_id","epochs"."opened_at","epochs"."snapshot","epochs"."snapshot_digest","epochs"."preview_salt","epochs"."drift","epochs"."open_orders" FROM "epochs" WHERE "id" = $1 LIMIT $2;
SELECT "id" FROM "transitions" WHERE "epoch_id" = $1 AND "kind" = $2 LIMIT $3;
SELECT "entry" FROM "store_writes" WHERE "transition_id" = $1 AND "key" = $2;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
SELECT "store_writes"."transition_id","store_writes"."seq","store_writes"."key","store_writes"."entry","store_writes"."target","store_writes"."replaced","store_writes"."state","store_writes"."reason","store_writes"."detail","store_writes"."entry_seq" FROM "store_writes" WHERE "transition_id" = $1 AND "state" = $2 ORDER BY seq;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO "audit_entries" ("id","store_id","account_id","action","actor_kind","actor_name","occurred_at","api_key_id","api_key_name","shopify_user_id","disconnection_id","event_number") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,(SELECT COALESCE(MAX(event_number), 0) + 1 FROM "audit_entries" WHERE "store_id" = $12 AND "event_number" IS NOT NULL)) RETURNING "seq";
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE "settings" SET "observed_at"=$1 WHERE "store_id" = $2 AND "key" IN ($3,$4,$5,$6,$7,$8,$9,$10) AND ("observed_at" IS NULL OR "observed_at" < $11);
UPDATE "accounts" SET "disconnected_at"=$1,"status"=$2 WHERE "id" = $3 AND "status" = $4;
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
INSERT INTO "disconnections" ("id","store_id","epoch_id","entry_seq","restored_digest","verified","exceptions","accepted_by_kind","accepted_by_name","versions") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
INSERT INTO "restoration_exceptions" ("disconnection_id","seq","key","entry","reason","recorded","present") VALUES ($1,$2,$3,$4,$5,$6,$7),($8,$9,$10,$11,$12,$13,$14),($15,$16,$17,$18,$19,$20,$21),($22,$23,$24,$25,$26,$27,$28),($29,$30,$31,$32,$33,$34,$35),($36,$37,$38,$39,$40,$41,$42),($43,$44,$45,$46,$47,$48,$49),($50,$51,$52,$53,$54,$55,$56),($57,$58,$59,$60,$61,$62,$63),($64,$65,$66,$67,$68,$69,$70),($71,$72,$73,$74,$75,$76,$77),($78,$79,$80,$81,$82,$83,$84),($85,$86,$87,$88,$89,$90,$91),($92,$93,$94,$95,$96,$97,$98);
UPDATE "transitions" SET "attempts"=$1,"closed_at"=$2,"entry_seq"=$3,"next_attempt_at"=$4,"phase"=$5,"problem_code"=$6,"problem_detail"=$7 WHERE "id" = $8;
-- River's JobInsertFastMany;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    t.handoff_state AS record_transition_handoff_state,
    t.handoff_problem_code AS record_transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM transitions t
JOIN epochs e ON e.id = t.epoch_id
JOIN accounts a ON a.id = t.account_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.store_id = $1 AND (t.id = $2 OR t.epoch_id = $2) AND t.kind = 'DISCONNECT';
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM disconnections d JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE d.store_id = $1 AND (d.id = $2 OR d.epoch_id = $2) AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- authorization stats
SELECT COUNT(*) AS shops,
    COUNT(CASE WHEN c.refresh_token IS NOT NULL AND c.refresh_expires_at > $1 AND c.refresh_expires_at <= $2 THEN 1 END) AS ending,
    COUNT(CASE WHEN c.refresh_expires_at <= $1 OR c.account_id IS NOT NULL AND c.refresh_token IS NULL THEN 1 END) AS ended
FROM accounts a LEFT JOIN tiktok_credentials c ON c.account_id = a.id
WHERE a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED';

-- credentials at TikTok
SELECT account_id, store_id, shop_id, cipher, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM tiktok_credentials WHERE account_id = $1;

-- account of a shop
SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM tiktok_credentials c JOIN accounts a ON a.id = c.account_id
WHERE c.shop_id = $1
ORDER BY CASE a.status WHEN 'DISCONNECTED' THEN 1 ELSE 0 END, a.connected_at DESC, a.id DESC LIMIT 1;

-- sweep transitions
BEGIN;
SELECT "id" FROM "transitions" WHERE "phase" IN ($1,$2,$3,$4) AND ("next_attempt_at" IS NULL OR "next_attempt_at" <= $5) AND ("leased_until" IS NULL OR "leased_until" <= $6) ORDER BY begun_at LIMIT $7;
-- River's JobInsertFastMany;
SELECT "id" FROM "transitions" WHERE handoff_state = 'PENDING' AND ("handoff_next_attempt_at" IS NULL OR "handoff_next_attempt_at" <= $1) AND ("handoff_leased_until" IS NULL OR "handoff_leased_until" <= $2) ORDER BY begun_at LIMIT $3;
-- River's JobInsertFastMany;
COMMIT;

-- job stats
SELECT CAST(state AS text) AS state, COUNT(*) AS jobs, COUNT(*) FILTER (WHERE state = 'retryable' AND attempt >= $1) AS failing,
    CASE WHEN state IN ('available', 'retryable', 'scheduled')
        THEN GREATEST(CAST(EXTRACT(EPOCH FROM now() - MIN(scheduled_at)) AS double precision), 0) ELSE 0 END AS waits
FROM river_job GROUP BY state;

