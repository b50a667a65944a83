-- The signed context: who acts, for whom, under which persona. Run as app_policy.
-- app.ctx = user|agency|realm|epoch|backend pid|hmac, made by agencies/tenancy.py.

CREATE TYPE ctx.context AS (user_id uuid, agency_id uuid, realm text);

CREATE FUNCTION ctx.parts() RETURNS ctx.context
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  raw text := coalesce(current_setting('app.ctx', true), '');
  part text[] := string_to_array(raw, '|');
  message bytea;
  role_now text := current_setting('role');
BEGIN
  IF cardinality(part) IS DISTINCT FROM 6 THEN
    RAISE EXCEPTION 'no context: enter a persona first' USING ERRCODE = '42501';
  END IF;
  message := convert_to(array_to_string(part[1:5], '|'), 'UTF8');
  IF NOT EXISTS (SELECT FROM ctx.secret
      WHERE encode(sha256(opad || sha256(ipad || message)), 'hex') = part[6]) THEN
    RAISE EXCEPTION 'forged context' USING ERRCODE = '42501';
  END IF;
  IF part[5]::int <> pg_backend_pid() THEN
    RAISE EXCEPTION 'context of another connection' USING ERRCODE = '42501';
  END IF;
  IF abs(extract(epoch FROM statement_timestamp()) - part[4]::bigint) > 120 THEN
    RAISE EXCEPTION 'stale context' USING ERRCODE = '42501';
  END IF;
  IF role_now <> (CASE part[3] WHEN 'operator' THEN 'app_owner' ELSE 'r_' || part[3] END) THEN
    RAISE EXCEPTION 'context is for realm %, role is %', part[3], role_now USING ERRCODE = '42501';
  END IF;
  RETURN ROW(nullif(part[1], '')::uuid, nullif(part[2], '')::uuid, part[3])::ctx.context;
END $$;

CREATE FUNCTION ctx.agency_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT (ctx.parts()).agency_id $$;

-- The owner sees a guarded table only when a migration, a command or a factory says so.
CREATE FUNCTION ctx.owner_gate() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('app.migration', true), '') <> 'on' THEN
    RAISE EXCEPTION 'the owner reads no tenant rows unless app.migration is on'
      USING ERRCODE = '42501';
  END IF;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION ctx.parts(), ctx.agency_id(), ctx.owner_gate() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.parts(), ctx.agency_id()
  TO app_owner, app_audit, r_agency, r_assessor, r_staff, r_worker;
GRANT EXECUTE ON FUNCTION ctx.owner_gate() TO app_owner;
