-- accounts
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;

-- accounts with snapshot and preview
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
COMMIT;

-- accounts with everything
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- account with everything
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- preview
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
COMMIT;

-- overview
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;

-- overview with preview
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
COMMIT;

-- overview with everything
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
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
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;

-- disconnection
BEGIN READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
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
BEGIN READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
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
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
COMMIT;

-- audit trail
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
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
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.seq < COALESCE(
    (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
    CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
ORDER BY au.seq DESC LIMIT $3;

-- audit trail with changes
BEGIN READ ONLY;
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
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
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.seq < COALESCE(
    (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
    CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
ORDER BY au.seq DESC LIMIT $3;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
            ORDER BY au.seq DESC LIMIT $3) AS page
        JOIN setting_changes c ON c.entry_seq = page.seq
        WHERE $4 = '' OR c.key = $4) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- audit trail with everything
BEGIN READ ONLY;
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
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
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.seq < COALESCE(
    (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
    CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
ORDER BY au.seq DESC LIMIT $3;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq FROM audit_entries au
            WHERE au.store_id = $1 AND au.seq < COALESCE(
                (SELECT b.seq FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1),
                CASE WHEN $2 = '' THEN 9223372036854775807 ELSE 0 END)
            ORDER BY au.seq DESC LIMIT $3) AS page
        JOIN setting_changes c ON c.entry_seq = page.seq
        WHERE $4 = '' OR c.key = $4) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- disconnection with everything
BEGIN READ ONLY;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
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
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- audit entry
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
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
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.id = $2;

-- audit entry with everything
BEGIN READ ONLY;
SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
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
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections d ON d.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = d.id
LEFT JOIN epochs e ON e.id = d.epoch_id
WHERE au.store_id = $1 AND au.id = $2;
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
        FROM audit_entries au JOIN setting_changes c ON c.entry_seq = au.seq
        WHERE au.store_id = $1 AND au.id = $2 AND ($3 = '' OR c.key = $3)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- API keys
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;

-- caller by API key
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;

-- caller by API key, unknown
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;

-- caller by API key, its last use updated
SELECT s.id, s.domain, s.name, s.region, s.linked, k.id AS key_id, k.name AS key_name, k.scopes, k.expires_at, k.last_used_at
FROM api_keys k JOIN stores s ON s.id = k.store_id
WHERE k.hash = $1 AND k.revoked_at IS NULL;
UPDATE `api_keys` SET `last_used_at`=$1 WHERE (last_used_at IS NULL OR `last_used_at` <= $2) AND `id` = $3;

-- create API key, of no name

-- create API key
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
INSERT INTO `api_keys` (`id`,`store_id`,`name`,`folded_name`,`prefix`,`hash`,`scopes`,`created_at`,`expires_at`,`rotated_at`,`last_used_at`,`revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
COMMIT;

-- create API key, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- rotate API key
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
UPDATE `api_keys` SET `expires_at`=$1,`rotated_at`=$2 WHERE `id` = $3;
INSERT INTO `api_keys` (`id`,`store_id`,`name`,`folded_name`,`prefix`,`hash`,`scopes`,`created_at`,`expires_at`,`rotated_at`,`last_used_at`,`revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
COMMIT;

-- rotate API key, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- revoke API key
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
UPDATE `api_keys` SET `revoked_at`=$1 WHERE `id` = $2;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
COMMIT;

-- revoke API key, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `api_keys`.`id`,`api_keys`.`store_id`,`api_keys`.`name`,`api_keys`.`folded_name`,`api_keys`.`prefix`,`api_keys`.`hash`,`api_keys`.`scopes`,`api_keys`.`created_at`,`api_keys`.`expires_at`,`api_keys`.`rotated_at`,`api_keys`.`last_used_at`,`api_keys`.`revoked_at` FROM `api_keys` WHERE `store_id` = $1 AND revoked_at IS NULL AND (rotated_at IS NULL OR `expires_at` > $2) ORDER BY created_at DESC, id DESC;
ROLLBACK;

-- accounts with how far connecting is
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT t.id, t.account_id, t.phase, t.writes_done, t.writes_total, t.next_attempt_at, t.problem_code, t.problem_detail
FROM transitions t
WHERE t.store_id = $1 AND t.closed_at IS NULL AND t.kind = 'CONNECT';
COMMIT;

-- exceptions of a restoration
SELECT x.seq, x.key, x.entry, x.reason, x.recorded, x.present
FROM restoration_exceptions x
JOIN disconnections d ON d.id = x.disconnection_id
WHERE d.store_id = $1 AND d.id = $2 AND x.seq > $3
ORDER BY x.seq LIMIT $4;

-- unfinished work in stores
SELECT t.kind, t.phase, u.transitions, t.begun_at
FROM (SELECT MIN(id) AS id, COUNT(*) AS transitions FROM transitions WHERE phase <> 'COMPLETE' GROUP BY kind, phase) AS u
JOIN transitions t ON t.id = u.id;

-- connect, refused by TikTok

-- disconnect, unconfirmed

-- connect, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
ROLLBACK;

-- disconnect, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
ROLLBACK;

-- disconnect
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE `accounts` SET `disconnected_at`=$1,`status`=$2 WHERE `id` = $3 AND `status` = $4;
INSERT INTO `transitions` (`id`,`store_id`,`account_id`,`epoch_id`,`kind`,`phase`,`begun_at`,`begun_by_kind`,`begun_by_name`,`api_key_id`,`api_key_name`,`rounds`,`writes_done`,`writes_total`,`attempts`,`next_attempt_at`,`leased_until`,`problem_code`,`problem_detail`,`cause_code`,`cause_detail`,`closed_at`,`completed_at`,`entry_seq`,`authorization_status`,`authorization_revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26);
INSERT INTO `disconnections` (`id`,`store_id`,`epoch_id`,`entry_seq`,`restored_digest`,`verified`,`exceptions`) VALUES ($1,$2,$3,$4,$5,$6,$7);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
COMMIT;

-- disconnect, again
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
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

-- connect
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (`id`) DO UPDATE SET `store_id`=`excluded`.`store_id`,`kind`=`excluded`.`kind`,`name`=`excluded`.`name`,`external_id`=`excluded`.`external_id`,`region`=`excluded`.`region`,`status`=`excluded`.`status`,`connected_at`=`excluded`.`connected_at`,`disconnected_at`=`excluded`.`disconnected_at`,`epoch_id`=`excluded`.`epoch_id`;
INSERT INTO `epochs` (`id`,`store_id`,`account_id`,`opened_at`,`snapshot`,`snapshot_digest`,`preview_salt`,`drift`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
COMMIT;

-- edit
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
COMMIT;

-- edit, unchanged
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key;
ROLLBACK;

-- edit, refused
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key;
ROLLBACK;

-- disconnect, answered with everything
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE `accounts` SET `disconnected_at`=$1,`status`=$2 WHERE `id` = $3 AND `status` = $4;
INSERT INTO `transitions` (`id`,`store_id`,`account_id`,`epoch_id`,`kind`,`phase`,`begun_at`,`begun_by_kind`,`begun_by_name`,`api_key_id`,`api_key_name`,`rounds`,`writes_done`,`writes_total`,`attempts`,`next_attempt_at`,`leased_until`,`problem_code`,`problem_detail`,`cause_code`,`cause_detail`,`closed_at`,`completed_at`,`entry_seq`,`authorization_status`,`authorization_revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26);
INSERT INTO `disconnections` (`id`,`store_id`,`epoch_id`,`entry_seq`,`restored_digest`,`verified`,`exceptions`) VALUES ($1,$2,$3,$4,$5,$6,$7);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- disconnect, again, answered with everything
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
SELECT t.id AS record_transition_id, t.store_id AS record_transition_store_id,
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
    COALESCE(d.entry_seq, 0) AS record_entry_seq, e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest,
    CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest, COALESCE(d.exceptions, 0) AS record_exceptions, au.occurred_at AS record_verified_at,
    a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id
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
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- connect, answered with everything
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (`id`) DO UPDATE SET `store_id`=`excluded`.`store_id`,`kind`=`excluded`.`kind`,`name`=`excluded`.`name`,`external_id`=`excluded`.`external_id`,`region`=`excluded`.`region`,`status`=`excluded`.`status`,`connected_at`=`excluded`.`connected_at`,`disconnected_at`=`excluded`.`disconnected_at`,`epoch_id`=`excluded`.`epoch_id`;
INSERT INTO `epochs` (`id`,`store_id`,`account_id`,`opened_at`,`snapshot`,`snapshot_digest`,`preview_salt`,`drift`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;
BEGIN READ ONLY;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
COMMIT;

-- connect, refused, answered with an overview
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
ROLLBACK;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;

-- disconnect, with a key
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE `accounts` SET `disconnected_at`=$1,`status`=$2 WHERE `id` = $3 AND `status` = $4;
INSERT INTO `transitions` (`id`,`store_id`,`account_id`,`epoch_id`,`kind`,`phase`,`begun_at`,`begun_by_kind`,`begun_by_name`,`api_key_id`,`api_key_name`,`rounds`,`writes_done`,`writes_total`,`attempts`,`next_attempt_at`,`leased_until`,`problem_code`,`problem_detail`,`cause_code`,`cause_detail`,`closed_at`,`completed_at`,`entry_seq`,`authorization_status`,`authorization_revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26);
INSERT INTO `disconnections` (`id`,`store_id`,`epoch_id`,`entry_seq`,`restored_digest`,`verified`,`exceptions`) VALUES ($1,$2,$3,$4,$5,$6,$7);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
INSERT INTO `idempotency_keys` (`store_id`,`caller_id`,`key_hash`,`digest`,`answer`,`created_at`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (`store_id`,`caller_id`,`key_hash`) DO UPDATE SET `digest`=`excluded`.`digest`,`answer`=`excluded`.`answer`,`created_at`=`excluded`.`created_at`;
COMMIT;

-- disconnect, answered again
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;

-- disconnect, unconfirmed, with a key
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
INSERT INTO `idempotency_keys` (`store_id`,`caller_id`,`key_hash`,`digest`,`answer`,`created_at`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (`store_id`,`caller_id`,`key_hash`) DO UPDATE SET `digest`=`excluded`.`digest`,`answer`=`excluded`.`answer`,`created_at`=`excluded`.`created_at`;
COMMIT;

-- connect, with a key, answered with an overview
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (`id`) DO UPDATE SET `store_id`=`excluded`.`store_id`,`kind`=`excluded`.`kind`,`name`=`excluded`.`name`,`external_id`=`excluded`.`external_id`,`region`=`excluded`.`region`,`status`=`excluded`.`status`,`connected_at`=`excluded`.`connected_at`,`disconnected_at`=`excluded`.`disconnected_at`,`epoch_id`=`excluded`.`epoch_id`;
INSERT INTO `epochs` (`id`,`store_id`,`account_id`,`opened_at`,`snapshot`,`snapshot_digest`,`preview_salt`,`drift`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
INSERT INTO `idempotency_keys` (`store_id`,`caller_id`,`key_hash`,`digest`,`answer`,`created_at`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (`store_id`,`caller_id`,`key_hash`) DO UPDATE SET `digest`=`excluded`.`digest`,`answer`=`excluded`.`answer`,`created_at`=`excluded`.`created_at`;
COMMIT;

-- edit, with a key
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO `idempotency_keys` (`store_id`,`caller_id`,`key_hash`,`digest`,`answer`,`created_at`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (`store_id`,`caller_id`,`key_hash`) DO UPDATE SET `digest`=`excluded`.`digest`,`answer`=`excluded`.`answer`,`created_at`=`excluded`.`created_at`;
COMMIT;

-- disconnect, with a key, answered with everything
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
BEGIN;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT `idempotency_keys`.`store_id`,`idempotency_keys`.`caller_id`,`idempotency_keys`.`key_hash`,`idempotency_keys`.`digest`,`idempotency_keys`.`answer`,`idempotency_keys`.`created_at` FROM `idempotency_keys` WHERE `store_id` = $1 AND `caller_id` = $2 AND `key_hash` = $3 AND `created_at` > $4;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
UPDATE `accounts` SET `disconnected_at`=$1,`status`=$2 WHERE `id` = $3 AND `status` = $4;
INSERT INTO `transitions` (`id`,`store_id`,`account_id`,`epoch_id`,`kind`,`phase`,`begun_at`,`begun_by_kind`,`begun_by_name`,`api_key_id`,`api_key_name`,`rounds`,`writes_done`,`writes_total`,`attempts`,`next_attempt_at`,`leased_until`,`problem_code`,`problem_detail`,`cause_code`,`cause_detail`,`closed_at`,`completed_at`,`entry_seq`,`authorization_status`,`authorization_revoked_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26);
INSERT INTO `disconnections` (`id`,`store_id`,`epoch_id`,`entry_seq`,`restored_digest`,`verified`,`exceptions`) VALUES ($1,$2,$3,$4,$5,$6,$7);
SELECT key, scope, value
FROM settings
WHERE store_id = $1 AND scope <> 'ADS' AND value IS NOT NULL
ORDER BY key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND id = $2;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 AND status = $2
ORDER BY connected_at DESC, id DESC;
SELECT e.id, e.store_id, e.account_id, e.opened_at, e.snapshot, e.snapshot_digest, e.preview_salt, e.drift
FROM accounts a JOIN epochs e ON e.id = a.epoch_id
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3);
SELECT s.key, s.scope, s.value, s.updated_by_kind, s.updated_by_name, s.observed_at
FROM settings s
WHERE s.store_id = $1 AND s.scope <> 'ADS' AND EXISTS (
    SELECT 1 FROM accounts a
    WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED')
ORDER BY s.key;
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM accounts a
JOIN transitions t ON t.account_id = a.id AND t.kind = 'DISCONNECT'
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3)
ORDER BY t.begun_at DESC, t.id DESC;
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM accounts a
        JOIN epochs e ON e.account_id = a.id
        JOIN disconnections d ON d.epoch_id = e.id
        JOIN setting_changes c ON c.entry_seq = d.entry_seq
        WHERE a.store_id = $1 AND ($2 = '' OR a.id = $2) AND ($3 = '' OR a.status = $3) AND ($4 = '' OR c.key = $4)) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY c.entry_seq, c.key;
INSERT INTO `idempotency_keys` (`store_id`,`caller_id`,`key_hash`,`digest`,`answer`,`created_at`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (`store_id`,`caller_id`,`key_hash`) DO UPDATE SET `digest`=`excluded`.`digest`,`answer`=`excluded`.`answer`,`created_at`=`excluded`.`created_at`;
COMMIT;

-- forget idempotency keys
DELETE FROM `idempotency_keys` WHERE `created_at` <= $1;

-- credentials
SELECT store_id, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM shopify_credentials WHERE store_id = $1;

-- claim refresh, of none
BEGIN;
INSERT INTO `shopify_credentials` (`store_id`,`access_token`,`refresh_token`,`access_expires_at`,`refresh_expires_at`,`scopes`,`version`,`refreshing_until`,`updated_at`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT DO NOTHING;
COMMIT;

-- save credentials
BEGIN;
UPDATE `shopify_credentials` SET `access_token`=$1,`refresh_token`=$2,`access_expires_at`=$3,`refresh_expires_at`=$4,`scopes`=$5,`version`=$6,`refreshing_until`=$7,`updated_at`=$8 WHERE `version` = $9 AND `store_id` = $10;
COMMIT;

-- claim refresh
BEGIN;
UPDATE `shopify_credentials` SET `version`=$1,`refreshing_until`=$2 WHERE `version` = $3 AND `store_id` = $4;
COMMIT;

-- release refresh
BEGIN;
UPDATE `shopify_credentials` SET `version`=$1,`refreshing_until`=$2 WHERE `version` = $3 AND `store_id` = $4;
COMMIT;

-- save credentials, changed meanwhile
BEGIN;
UPDATE `shopify_credentials` SET `access_token`=$1,`refresh_token`=$2,`access_expires_at`=$3,`refresh_expires_at`=$4,`scopes`=$5,`version`=$6,`refreshing_until`=$7,`updated_at`=$8 WHERE `version` = $9 AND `store_id` = $10;
ROLLBACK;

-- check keyset
SELECT key_id, count(DISTINCT store_id) AS stores
FROM (SELECT store_id, substr(access_token, 1, 5) AS key_id FROM shopify_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM shopify_credentials) AS sealed
WHERE key_id IS NOT NULL
GROUP BY key_id;

-- reseal credentials, sealed by the primary key

-- reseal credentials
SELECT `shopify_credentials`.`store_id`,`shopify_credentials`.`access_token`,`shopify_credentials`.`refresh_token`,`shopify_credentials`.`access_expires_at`,`shopify_credentials`.`refresh_expires_at`,`shopify_credentials`.`scopes`,`shopify_credentials`.`version`,`shopify_credentials`.`refreshing_until`,`shopify_credentials`.`updated_at` FROM `shopify_credentials` WHERE (substr(access_token, 1, 5) = $1 OR substr(refresh_token, 1, 5) = $2) AND `store_id` > $3 ORDER BY store_id LIMIT 100;
BEGIN;
UPDATE `shopify_credentials` SET `access_token`=$1,`refresh_token`=$2 WHERE `version` = $3 AND `store_id` = $4;
COMMIT;
SELECT `shopify_credentials`.`store_id`,`shopify_credentials`.`access_token`,`shopify_credentials`.`refresh_token`,`shopify_credentials`.`access_expires_at`,`shopify_credentials`.`refresh_expires_at`,`shopify_credentials`.`scopes`,`shopify_credentials`.`version`,`shopify_credentials`.`refreshing_until`,`shopify_credentials`.`updated_at` FROM `shopify_credentials` WHERE (substr(access_token, 1, 5) = $1 OR substr(refresh_token, 1, 5) = $2) AND `store_id` > $3 ORDER BY store_id LIMIT 100;

-- register store
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;
BEGIN;
INSERT INTO `stores` (`id`,`domain`,`name`,`region`,`linked`) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
COMMIT;
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;

-- register store, again
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;

-- make demo store
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;
BEGIN;
INSERT INTO `stores` (`id`,`domain`,`name`,`region`,`linked`) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
SELECT `id`,`linked` FROM `stores` WHERE `id` = $1 LIMIT 1;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1 OR external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1 AND scope <> 'ADS'
ORDER BY key;
INSERT INTO `accounts` (`id`,`store_id`,`kind`,`name`,`external_id`,`region`,`status`,`connected_at`,`disconnected_at`,`epoch_id`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (`id`) DO UPDATE SET `store_id`=`excluded`.`store_id`,`kind`=`excluded`.`kind`,`name`=`excluded`.`name`,`external_id`=`excluded`.`external_id`,`region`=`excluded`.`region`,`status`=`excluded`.`status`,`connected_at`=`excluded`.`connected_at`,`disconnected_at`=`excluded`.`disconnected_at`,`epoch_id`=`excluded`.`epoch_id`;
INSERT INTO `epochs` (`id`,`store_id`,`account_id`,`opened_at`,`snapshot`,`snapshot_digest`,`preview_salt`,`drift`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8);
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
SELECT id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
FROM accounts
WHERE store_id = $1
ORDER BY connected_at DESC, id DESC;
SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
FROM settings
WHERE store_id = $1
ORDER BY key;
INSERT INTO `audit_entries` (`id`,`store_id`,`account_id`,`action`,`actor_kind`,`actor_name`,`occurred_at`,`api_key_id`,`api_key_name`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) RETURNING `seq`;
INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8);
INSERT INTO settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
SELECT c.store_id, c.key, c.scope, c.after, c.changed_at, c.changed_by_kind, c.changed_by_name
FROM setting_changes c WHERE c.entry_seq = $1 AND c.seq > $2
ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
    updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
COMMIT;
SELECT `stores`.`id`,`stores`.`domain`,`stores`.`name`,`stores`.`region`,`stores`.`linked` FROM `stores` WHERE `domain` = $1 LIMIT 1;

-- ready
SELECT COALESCE(MAX(version_id), 0) AS version FROM handback_migrations
WHERE NOT EXISTS (SELECT 1
    FROM stores, accounts, epochs, audit_entries, disconnections, settings, setting_changes, api_keys, idempotency_keys, shopify_credentials,
        transitions, store_writes, restoration_exceptions, river_job, river_queue, river_notification, river_migration
    WHERE false);
UPDATE handback_migrations SET version_id = version_id WHERE false AND NOT EXISTS (SELECT 1 FROM river_leader);

