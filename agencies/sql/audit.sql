-- The append-only audit trail, one hash chain an agency. Run as app_audit.
-- The all-zero agency is the service's own chain (sign-ins, denied access).

CREATE TABLE audit.head (
  agency_id uuid PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL);

CREATE TABLE audit.event (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  agency_id uuid NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  actor_id uuid,
  realm text NOT NULL,
  action text NOT NULL,
  about_type text NOT NULL,
  about_id uuid,
  facts jsonb NOT NULL,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  UNIQUE (agency_id, seq));
CREATE INDEX event_about ON audit.event (agency_id, about_id);
COMMENT ON TABLE audit.event IS 'kind=agency';
COMMENT ON TABLE audit.head IS 'kind=scheme';

ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.event FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.head ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.head FORCE ROW LEVEL SECURITY;
CREATE POLICY writer ON audit.event TO app_audit USING (true) WITH CHECK (true);
CREATE POLICY writer ON audit.head TO app_audit USING (true) WITH CHECK (true);
CREATE POLICY own_agency ON audit.event FOR SELECT TO r_agency
  USING (agency_id = (SELECT ctx.agency_id()));
GRANT SELECT ON audit.event TO r_agency;

CREATE FUNCTION audit.digest(e audit.event) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    e.agency_id, e.seq, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    e.actor_id, e.realm, e.action, e.about_type, e.about_id, e.facts, e.prev_hash)::text,
    'UTF8')), 'hex') $$;

-- The only writer. Callable by the owners of definer functions, by no runtime role.
CREATE FUNCTION audit.append(whose uuid, who uuid, in_realm text, what text,
  kind text, which uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last audit.head;
  e audit.event;
BEGIN
  INSERT INTO audit.head VALUES (whose, 0, '') ON CONFLICT DO NOTHING;
  SELECT * INTO last FROM audit.head WHERE agency_id = whose FOR UPDATE;
  e := ROW(gen_random_uuid(), whose, last.seq + 1, clock_timestamp(), who, in_realm, what,
    kind, which, details, last.hash, '')::audit.event;
  e.hash := audit.digest(e);
  INSERT INTO audit.event SELECT (e).*;
  UPDATE audit.head SET seq = e.seq, hash = e.hash WHERE agency_id = whose;
END $$;

-- For every persona: agency, actor and realm come from the signed context.
CREATE FUNCTION audit.record(what text, kind text, which uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c ctx.context := ctx.parts();
BEGIN
  IF c.agency_id IS NULL THEN
    RAISE EXCEPTION 'an event needs an agency' USING ERRCODE = '42501';
  END IF;
  PERFORM audit.append(c.agency_id, ctx.member_id(c.user_id, c.agency_id), c.realm, what, kind,
    which, details);
END $$;

-- For the identity plane: the service's own chain, without address or name.
CREATE FUNCTION audit.record_identity(what text, who uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT audit.append('00000000-0000-0000-0000-000000000000', NULL, 'identity', what, 'user', who,
    '{}') $$;

-- First broken event of each chain, and chains whose head does not fit their last event.
CREATE FUNCTION audit.broken() RETURNS TABLE (agency_id uuid, seq bigint, problem text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH chain AS (
    SELECT e AS row, e.agency_id, e.seq, e.hash, e.prev_hash,
      coalesce(lag(e.hash) OVER w, '') AS before, row_number() OVER w AS place
    FROM audit.event e WINDOW w AS (PARTITION BY e.agency_id ORDER BY e.seq)),
  faults AS (
    SELECT c.agency_id, c.seq, CASE
      WHEN c.seq <> c.place THEN 'an event before this one is missing'
      WHEN c.prev_hash <> c.before THEN 'does not continue the event before it'
      ELSE 'its content does not fit its hash' END AS problem
    FROM chain c
    WHERE c.seq <> c.place OR c.prev_hash <> c.before OR c.hash <> audit.digest(c.row)),
  heads AS (
    SELECT h.agency_id, h.seq, 'the head does not fit the last event' AS problem
    FROM audit.head h LEFT JOIN audit.event e ON e.agency_id = h.agency_id AND e.seq = h.seq
    WHERE h.seq > 0 AND e.hash IS DISTINCT FROM h.hash)
  SELECT DISTINCT ON (f.agency_id) f.* FROM faults f
  UNION ALL SELECT * FROM heads ORDER BY 1, 2 $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append(uuid, uuid, text, text, text, uuid, jsonb) TO app_policy;
GRANT EXECUTE ON FUNCTION audit.record(text, text, uuid, jsonb)
  TO app_owner, r_agency, r_assessor, r_staff, r_worker;
GRANT EXECUTE ON FUNCTION audit.record_identity(text, uuid) TO app_web;
GRANT EXECUTE ON FUNCTION audit.broken() TO app_owner, app_backup;
