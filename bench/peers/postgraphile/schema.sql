-- What PostGraphile makes its API of. Everything in the schema peers is shown; what peers_inner has is not. Made anew at
-- each start. The caller's store, its region and the actor stand in settings of the transaction. Without them there is an
-- error or no row, so that nothing of another store is ever read. What is more than an expression is in PL/pgSQL, which
-- keeps plans.
DROP SCHEMA IF EXISTS peers, peers_inner CASCADE;
CREATE SCHEMA peers;
CREATE SCHEMA peers_inner;

CREATE FUNCTION peers_inner.store_id() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('caller.store_id') $$;
CREATE FUNCTION peers_inner.store_region() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('caller.store_region') $$;
CREATE FUNCTION peers_inner.actor() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('caller.actor') $$;

-- The tables as they are, but for the rows of other stores.

CREATE VIEW peers.accounts AS
    SELECT id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id
    FROM public.accounts WHERE store_id = peers_inner.store_id();
COMMENT ON VIEW peers.accounts IS '@primaryKey id';

CREATE VIEW peers.settings AS
    SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
    FROM public.settings WHERE store_id = peers_inner.store_id() AND value IS NOT NULL;
COMMENT ON VIEW peers.settings IS '@primaryKey key';

CREATE VIEW peers.audit_entries AS
    SELECT seq, id, account_id, action, actor_kind, actor_name, occurred_at
    FROM public.audit_entries WHERE store_id = peers_inner.store_id();
COMMENT ON VIEW peers.audit_entries IS E'@primaryKey seq\n@foreignKey (account_id) references accounts (id)|@fieldName account';

CREATE VIEW peers.disconnections AS
    SELECT id, entry_seq FROM public.disconnections WHERE store_id = peers_inner.store_id();
COMMENT ON VIEW peers.disconnections IS
    E'@primaryKey id\n@unique entry_seq\n@foreignKey (entry_seq) references audit_entries (seq)|@fieldName entry|@foreignSingleFieldName disconnection';

CREATE VIEW peers.setting_changes AS
    SELECT seq, entry_seq, key, scope, before, after, last_changed_by_kind, last_changed_by_name,
        CASE WHEN before IS NULL THEN 'ADDED' WHEN after IS NULL THEN 'REMOVED' ELSE 'UPDATED' END AS kind
    FROM public.setting_changes WHERE store_id = peers_inner.store_id();
COMMENT ON VIEW peers.setting_changes IS
    E'@primaryKey seq\n@foreignKey (entry_seq) references audit_entries (seq)|@fieldName entry|@foreignFieldName changes';

-- Where orders are looked after.

CREATE TYPE peers.route AS (task text, system text, url text);

CREATE FUNCTION peers_inner.seller_center(shop_region text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN peers_inner.store_region() = 'US' AND shop_region = 'MX' THEN 'https://seller-global.tiktok.com'
        ELSE CASE shop_region
            WHEN 'US' THEN 'https://seller-us.tiktok.com' WHEN 'GB' THEN 'https://seller-uk.tiktok.com'
            WHEN 'VN' THEN 'https://seller-vn.tiktok.com' WHEN 'TH' THEN 'https://seller-th.tiktok.com'
            WHEN 'ID' THEN 'https://seller-id.tokopedia.com' ELSE 'https://seller.tiktok.com' END END
$$;

CREATE FUNCTION peers_inner.routes(connected boolean, shop_region text) RETURNS peers.route[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    url text;
BEGIN
    IF connected THEN
        RETURN ARRAY[ROW('FULFILLMENT', 'SHOPIFY', NULL), ROW('CANCELLATION', 'SHOPIFY', NULL),
            ROW('RETURN', 'SHOPIFY', NULL), ROW('REFUND', 'SHOPIFY', NULL)]::peers.route[];
    END IF;
    url := peers_inner.seller_center(shop_region);
    RETURN ARRAY[ROW('FULFILLMENT', 'SELLER_CENTER', url), ROW('CANCELLATION', 'SELLER_CENTER', url),
        ROW('RETURN', 'SELLER_CENTER', url), ROW('REFUND', 'SELLER_CENTER', url)]::peers.route[];
END
$$;

CREATE FUNCTION peers.accounts_routes(account peers.accounts) RETURNS peers.route[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN account.kind = 'TIKTOK_SHOP' THEN peers_inner.routes(account.status = 'CONNECTED', account.region) END
$$;

-- The overview.

CREATE TYPE peers.named_account AS (id text, name text);
CREATE TYPE peers.channel AS (status text, status_label text, accounts peers.named_account[]);
CREATE TYPE peers.overview AS (tik_tok_shop peers.channel, tik_tok_for_business peers.channel, routes peers.route[]);

CREATE FUNCTION peers_inner.channel(connected peers.named_account[]) RETURNS peers.channel LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN connected IS NULL THEN ROW('SETUP_IN_PROGRESS', 'Setup in Progress', '{}')::peers.channel
        ELSE ROW('CONNECTED', 'Connected', connected)::peers.channel END
$$;

CREATE FUNCTION peers.overview() RETURNS peers.overview LANGUAGE plpgsql STABLE AS $$
DECLARE
    shops peers.named_account[];
    businesses peers.named_account[];
    shop_region text;
BEGIN
    SELECT array_agg(ROW(a.id, a.name)::peers.named_account ORDER BY a.connected_at DESC, a.id DESC) FILTER (WHERE a.kind = 'TIKTOK_SHOP'),
        array_agg(ROW(a.id, a.name)::peers.named_account ORDER BY a.connected_at DESC, a.id DESC) FILTER (WHERE a.kind <> 'TIKTOK_SHOP'),
        max(a.region) FILTER (WHERE a.kind = 'TIKTOK_SHOP')
    INTO shops, businesses, shop_region
    FROM public.accounts a WHERE a.store_id = peers_inner.store_id() AND a.status = 'CONNECTED';
    RETURN ROW(peers_inner.channel(shops), peers_inner.channel(businesses),
        peers_inner.routes(shops IS NOT NULL, coalesce(shop_region, peers_inner.store_region())))::peers.overview;
END
$$;

-- What disconnecting would do.

CREATE TYPE peers.change AS (key text, scope text, kind text, before text, after text, last_changed_by_kind text, last_changed_by_name text);
CREATE TYPE peers.warning AS (code text, message text, count integer);
CREATE TYPE peers.preview AS (token text, snapshot_taken_at timestamptz, warnings peers.warning[], changes peers.change[]);

-- The digest of a snapshot; NULL of one that is damaged.
CREATE FUNCTION peers_inner.digest(snapshot json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (SELECT CASE WHEN snapshot IS NULL OR bool_or(w.scope = 'ADS' OR w.key ~ '[\t\n]' OR w.value ~ '[\t\n]') THEN NULL
        ELSE encode(sha256(convert_to(coalesce(string_agg(w.key || E'\t' || w.value || E'\n', '' ORDER BY w.n), ''), 'UTF8')), 'hex') END
    FROM ROWS FROM (json_to_recordset(snapshot) AS (key text, scope text, value text)) WITH ORDINALITY AS w (key, scope, value, n));
END
$$;

-- What leads back to a snapshot.
CREATE FUNCTION peers_inner.restoring(snapshot json) RETURNS peers.change[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(ROW(c.key, c.scope, CASE WHEN c.before IS NULL THEN 'ADDED' WHEN c.after IS NULL THEN 'REMOVED' ELSE 'UPDATED' END,
        c.before, c.after, c.by_kind, c.by_name)::peers.change ORDER BY c.key), '{}')
    FROM (SELECT coalesce(s.key, w.key) AS key, coalesce(s.scope, w.scope) AS scope, s.value AS before, w.value AS after,
            coalesce(s.updated_by_kind, 'SYSTEM') AS by_kind, coalesce(s.updated_by_name, 'TikTok Shop integration') AS by_name
        FROM (SELECT * FROM public.settings x WHERE x.store_id = peers_inner.store_id() AND x.scope <> 'ADS') s
        FULL JOIN json_to_recordset(snapshot) AS w (key text, scope text, value text) ON w.key = s.key) c
    WHERE c.before IS DISTINCT FROM c.after);
END
$$;

CREATE FUNCTION peers_inner.warnings(shop public.accounts, taken_at timestamptz, changes peers.change[]) RETURNS peers.warning[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    taken text := to_char(taken_at AT TIME ZONE 'UTC', 'FMDD FMMonth YYYY, HH24:MI "UTC"');
    total integer := cardinality(changes);
    restored text;
    edited text[];
    warned peers.warning[];
BEGIN
    SELECT format('%s %s before TikTok Shop was connected (%s): %s restored, %s re-created, %s removed.', total,
            CASE total WHEN 1 THEN 'setting goes back to what it was' ELSE 'settings go back to what they were' END, taken,
            count(*) FILTER (WHERE kind = 'UPDATED'), count(*) FILTER (WHERE kind = 'ADDED'), count(*) FILTER (WHERE kind = 'REMOVED')),
        array_agg(coalesce((SELECT t.title FROM peers_inner.titles t WHERE t.key = c.key), c.key) ORDER BY n) FILTER (WHERE last_changed_by_kind <> 'SYSTEM')
    INTO restored, edited
    FROM unnest(changes) WITH ORDINALITY AS c (key, scope, kind, before, after, last_changed_by_kind, last_changed_by_name, n);
    IF total = 0 THEN
        restored := format('All settings are already as they were before TikTok Shop was connected (%s).', taken);
    END IF;
    warned := ARRAY[ROW('SETTINGS_RESTORED', restored, total)::peers.warning];
    IF edited IS NOT NULL THEN
        warned := warned || ROW('EDITED_SINCE_CONNECTING', format('%s of them %s edited after connecting and will lose the edit; it stays readable in the record: %s.',
            cardinality(edited), CASE cardinality(edited) WHEN 1 THEN 'was' ELSE 'were' END,
            array_to_string(edited[1:5], ', ') || CASE WHEN cardinality(edited) > 5 THEN format(' and %s more', cardinality(edited) - 5) ELSE '' END),
            cardinality(edited))::peers.warning;
    END IF;
    RETURN warned || ARRAY[
        ROW('ADS_UNAFFECTED', 'TikTok for Business stays as it is: its accounts and ads settings are not touched.', NULL),
        ROW('ORDERS_MOVE_TO_SELLER_CENTER', format('Fulfillment, cancellations, returns and refunds of %s are no longer done in Shopify, only in TikTok Seller Center: %s.',
            shop.name, peers_inner.seller_center(shop.region)), NULL)]::peers.warning[];
END
$$;

-- JSON's string as the product writes it.
CREATE FUNCTION peers_inner.quoted(words text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT replace(replace(replace(replace(replace(to_json(words)::text, '<', '\u003c'), '>', '\u003e'), '&', '\u0026'),
        U&'\2028', '\u2028'), U&'\2029', '\u2029')
$$;

CREATE FUNCTION peers_inner.moment(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT rtrim(rtrim(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
$$;

-- HMAC with SHA-256 and a key of 32 bytes, which is worked on eight bytes at a time.
CREATE FUNCTION peers_inner.hmac(key bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    inward bytea := '';
    outward bytea := '';
    part bigint;
BEGIN
    FOR i IN 0..3 LOOP
        part := ('x' || encode(substr(key, 1 + 8 * i, 8), 'hex'))::bit(64)::bigint;
        inward := inward || int8send(part # x'3636363636363636'::bigint);
        outward := outward || int8send(part # x'5c5c5c5c5c5c5c5c'::bigint);
    END LOOP;
    RETURN sha256(outward || decode(repeat('5c', 32), 'hex') || sha256(inward || decode(repeat('36', 32), 'hex') || message));
END
$$;

-- A keyed hash of all of a preview, in the product's form.
CREATE FUNCTION peers_inner.token(epoch public.epochs, warnings peers.warning[], changes peers.change[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    warned text;
    changed text;
BEGIN
    SELECT string_agg('{"code":"' || w.code || '","message":' || peers_inner.quoted(w.message) || ',"count":' || coalesce(w.count::text, 'null') || '}', ',')
    INTO warned FROM unnest(warnings) w;
    SELECT string_agg('{"key":"' || c.key || '","scope":"' || c.scope || '","kind":"' || c.kind
        || '","before":' || peers_inner.quoted(coalesce(c.before, '')) || ',"after":' || peers_inner.quoted(coalesce(c.after, ''))
        || ',"lastChangedBy":{"kind":"' || c.last_changed_by_kind || '","name":' || peers_inner.quoted(c.last_changed_by_name) || '}}', ',')
    INTO changed FROM unnest(changes) c;
    RETURN rtrim(translate(encode(peers_inner.hmac(epoch.preview_salt, convert_to(
        '{"Epoch":"' || epoch.id || '","TakenAt":"' || peers_inner.moment(epoch.opened_at)
        || '","Warnings":[' || warned || '],"Changes":[' || coalesce(changed, '') || ']}', 'UTF8')), 'base64'), '+/', '-_'), '=');
END
$$;

CREATE FUNCTION peers.accounts_disconnect_preview(account peers.accounts) RETURNS peers.preview LANGUAGE plpgsql STABLE AS $$
DECLARE
    shop public.accounts;
    epoch public.epochs;
    changes peers.change[];
    warnings peers.warning[];
BEGIN
    IF account.kind <> 'TIKTOK_SHOP' OR account.status <> 'CONNECTED' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO shop FROM public.accounts a WHERE a.id = account.id AND a.store_id = peers_inner.store_id();
    SELECT * INTO epoch FROM public.epochs e WHERE e.id = shop.epoch_id;
    IF peers_inner.digest(epoch.snapshot::json) IS DISTINCT FROM epoch.snapshot_digest THEN
        RETURN NULL;
    END IF;
    changes := peers_inner.restoring(epoch.snapshot::json);
    warnings := peers_inner.warnings(shop, epoch.opened_at, changes);
    RETURN ROW(peers_inner.token(epoch, warnings, changes), epoch.opened_at, warnings, changes)::peers.preview;
END
$$;

-- Disconnecting and connecting.

-- What lies deeper is JSON here: for types in types that a mutation returns PostGraphile asks the database again, in a
-- transaction of its own.
CREATE TYPE peers.disconnected AS (account_id text, status text, disconnected_at timestamptz, disconnection_id text,
    snapshot_taken_at timestamptz, snapshot_digest text, restored_digest text, overview json);
CREATE TYPE peers.connected AS (account_id text, name text, external_id text, status text, connected_at timestamptz,
    changes json, overview json);

CREATE FUNCTION peers_inner.summary() RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
    seen peers.overview := peers.overview();
BEGIN
    RETURN json_build_object('tikTokShop', json_build_object('statusLabel', (seen.tik_tok_shop).status_label),
        'tikTokForBusiness', json_build_object('statusLabel', (seen.tik_tok_for_business).status_label),
        'orderManagement', json_build_object('routes', seen.routes));
END
$$;

-- An id in the order of time, a UUID of version 7.
CREATE FUNCTION peers_inner.new_id(kind text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    id bytea := substr(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 3) || substr(uuid_send(gen_random_uuid()), 7);
BEGIN
    RETURN kind || '_' || encode(set_byte(id, 6, get_byte(id, 6) | 48), 'hex')::uuid;
END
$$;

-- Writes settings and the ledger.
CREATE FUNCTION peers_inner.write(changes peers.change[], entry bigint, epoch text, action text, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    store text := peers_inner.store_id();
BEGIN
    INSERT INTO public.settings (store_id, key, scope, value, updated_at, updated_by_kind, updated_by_name)
    SELECT store, c.key, c.scope, c.after, at, 'SYSTEM', 'TikTok Shop integration' FROM unnest(changes) c
    ON CONFLICT (store_id, key) DO UPDATE SET scope = excluded.scope, value = excluded.value, updated_at = excluded.updated_at,
        updated_by_kind = excluded.updated_by_kind, updated_by_name = excluded.updated_by_name;
    INSERT INTO public.setting_changes (entry_seq, store_id, epoch_id, action, key, scope, before, after,
        changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name)
    SELECT entry, store, epoch, write.action, c.key, c.scope, c.before, c.after,
        at, 'SYSTEM', 'TikTok Shop integration', c.last_changed_by_kind, c.last_changed_by_name FROM unnest(changes) c;
END
$$;

CREATE FUNCTION peers.disconnect_tik_tok_shop() RETURNS peers.disconnected LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    store text := peers_inner.store_id();
    at timestamptz;
    shop public.accounts;
    epoch public.epochs;
    entry bigint;
    record text := peers_inner.new_id('disconnection');
    digest text;
BEGIN
    PERFORM FROM public.stores s WHERE s.id = store FOR NO KEY UPDATE;
    at := clock_timestamp();
    SELECT * INTO shop FROM public.accounts a WHERE a.store_id = store AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no TikTok Shop is connected';
    END IF;
    SELECT * INTO epoch FROM public.epochs e WHERE e.id = shop.epoch_id;
    IF peers_inner.digest(epoch.snapshot::json) IS DISTINCT FROM epoch.snapshot_digest THEN
        RAISE EXCEPTION 'the snapshot is damaged';
    END IF;
    UPDATE public.accounts a SET status = 'DISCONNECTED', disconnected_at = at WHERE a.id = shop.id;
    INSERT INTO public.audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
    VALUES (peers_inner.new_id('audit'), store, shop.id, 'ACCOUNT_DISCONNECTED', 'SELLER', peers_inner.actor(), at,
        (SELECT coalesce(max(n.event_number), 0) + 1 FROM public.audit_entries n WHERE n.store_id = store AND n.event_number IS NOT NULL)) RETURNING seq INTO entry;
    PERFORM peers_inner.write(peers_inner.restoring(epoch.snapshot::json), entry, epoch.id, 'ACCOUNT_DISCONNECTED', at);
    SELECT encode(sha256(convert_to(coalesce(string_agg(s.key || E'\t' || s.value || E'\n', '' ORDER BY s.key), ''), 'UTF8')), 'hex') INTO digest
    FROM public.settings s WHERE s.store_id = store AND s.scope <> 'ADS' AND s.value IS NOT NULL;
    IF digest <> epoch.snapshot_digest THEN
        RAISE EXCEPTION 'the settings are not what they were';
    END IF;
    INSERT INTO public.transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, closed_at, completed_at, entry_seq, authorization_status)
    VALUES (record, store, shop.id, epoch.id, 'DISCONNECT', 'COMPLETE', at, 'SELLER', peers_inner.actor(), at, at, entry, 'NOT_CONFIRMED');
    INSERT INTO public.disconnections (id, store_id, epoch_id, entry_seq, restored_digest) VALUES (record, store, epoch.id, entry, digest);
    RETURN ROW(shop.id, 'DISCONNECTED', at, record, epoch.opened_at, epoch.snapshot_digest, digest, peers_inner.summary())::peers.disconnected;
END
$$;

-- What connecting writes. Places in values may be kept for what TikTok says of the shop.
CREATE TABLE peers_inner.wanted (key text COLLATE "C" PRIMARY KEY, scope text NOT NULL, value text NOT NULL);

-- What sentences call settings.
CREATE TABLE peers_inner.titles (key text PRIMARY KEY, title text NOT NULL);

-- JSON as the product keeps it.
CREATE FUNCTION peers_inner.canonical(value json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE json_typeof(value)
        WHEN 'object' THEN (SELECT '{' || coalesce(string_agg(to_json(m.key)::text || ':' || peers_inner.canonical(m.value), ',' ORDER BY m.key COLLATE "C"), '') || '}'
            FROM json_each(value) m)
        WHEN 'array' THEN (SELECT '[' || coalesce(string_agg(peers_inner.canonical(e.value), ',' ORDER BY e.n), '') || ']'
            FROM json_array_elements(value) WITH ORDINALITY e (value, n))
        ELSE value::text END;
END
$$;

CREATE FUNCTION peers_inner.connecting(shop_code text, shop_name text, shop_region text) RETURNS peers.change[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(ROW(w.key, w.scope, CASE WHEN s.value IS NULL THEN 'ADDED' ELSE 'UPDATED' END, s.value, w.value,
        coalesce(s.updated_by_kind, 'SYSTEM'), coalesce(s.updated_by_name, 'TikTok Shop integration'))::peers.change ORDER BY w.key), '{}')
    FROM (SELECT key, scope, replace(replace(replace(value, '{shopCode}', shop_code), '{shopName}', shop_name), '{region}', shop_region) AS value
        FROM peers_inner.wanted) w
    LEFT JOIN public.settings s ON s.store_id = peers_inner.store_id() AND s.scope <> 'ADS' AND s.key = w.key
    WHERE s.value IS DISTINCT FROM w.value);
END
$$;

CREATE FUNCTION peers.connect_tik_tok_shop(authorization_code text) RETURNS peers.connected LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    store text := peers_inner.store_id();
    parts text[] := regexp_match(authorization_code, '^sandbox:([A-Z]{2}):owner:([A-Za-z0-9_-]{1,64})$');
    shop_name text := 'TikTok Shop ' || parts[2];
    at timestamptz;
    account text;
    taken boolean;
    epoch text := peers_inner.new_id('epoch');
    snapshot text;
    digest text;
    changes peers.change[];
    entry bigint;
BEGIN
    IF parts IS NULL OR parts[1] <> peers_inner.store_region() THEN
        RAISE EXCEPTION 'TikTok does not know this authorization code';
    END IF;
    PERFORM FROM public.stores s WHERE s.id = store FOR NO KEY UPDATE;
    at := clock_timestamp();
    SELECT bool_or(a.status = 'CONNECTED'), max(a.id) FILTER (WHERE a.store_id = store AND a.external_id = parts[2]) INTO taken, account
    FROM public.accounts a WHERE a.kind = 'TIKTOK_SHOP' AND (a.store_id = store OR a.external_id = parts[2] AND a.status = 'CONNECTED');
    IF taken THEN
        RAISE EXCEPTION 'this store, or this shop, is connected already';
    END IF;
    account := coalesce(account, peers_inner.new_id('account'));
    SELECT '[' || coalesce(string_agg('{"key":"' || s.key || '","scope":"' || s.scope || '","value":' || peers_inner.quoted(s.value) || '}', ',' ORDER BY s.key), '') || ']',
        encode(sha256(convert_to(coalesce(string_agg(s.key || E'\t' || s.value || E'\n', '' ORDER BY s.key), ''), 'UTF8')), 'hex')
    INTO snapshot, digest
    FROM public.settings s WHERE s.store_id = store AND s.scope <> 'ADS' AND s.value IS NOT NULL;
    changes := peers_inner.connecting(parts[2], shop_name, parts[1]);
    INSERT INTO public.accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at, epoch_id)
    VALUES (account, store, 'TIKTOK_SHOP', shop_name, parts[2], parts[1], 'CONNECTED', at, NULL, epoch)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, status = excluded.status,
        connected_at = excluded.connected_at, disconnected_at = NULL, epoch_id = excluded.epoch_id;
    INSERT INTO public.epochs (id, store_id, account_id, opened_at, snapshot, snapshot_digest, preview_salt)
    VALUES (epoch, store, account, at, snapshot, digest, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    INSERT INTO public.audit_entries (id, store_id, account_id, action, actor_kind, actor_name, occurred_at, event_number)
    VALUES (peers_inner.new_id('audit'), store, account, 'ACCOUNT_CONNECTED', 'SELLER', peers_inner.actor(), at,
        (SELECT coalesce(max(n.event_number), 0) + 1 FROM public.audit_entries n WHERE n.store_id = store AND n.event_number IS NOT NULL)) RETURNING seq INTO entry;
    PERFORM peers_inner.write(changes, entry, epoch, 'ACCOUNT_CONNECTED', at);
    INSERT INTO public.transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, closed_at, completed_at, entry_seq, authorization_status)
    VALUES (peers_inner.new_id('connection'), store, account, epoch, 'CONNECT', 'COMPLETE', at, 'SELLER', peers_inner.actor(), at, at, entry, 'NOT_CONFIRMED');
    RETURN ROW(account, shop_name, parts[2], 'CONNECTED', at,
        (SELECT json_agg(json_build_object('key', c.key, 'kind', c.kind, 'before', c.before, 'after', c.after)) FROM unnest(changes) c),
        peers_inner.summary())::peers.connected;
END
$$;
