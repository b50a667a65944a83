-- Once per cluster and database, by a superuser. Repeatable: a second run refreshes passwords
-- and the signing key. Migrations and tests never create roles.
--
-- Settings read (SELECT set_config('bootstrap.…', …, false) before running this):
--   bootstrap.password_web, _job, _migrator, _backup, _test   empty: no password is set;
--                                                             _test empty: no test login
--   bootstrap.context_key                                     hex of 32 random bytes

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['app_owner', 'app_policy', 'app_audit', 'app_identity',
      'app_reference', 'r_agency', 'r_assessor', 'r_staff', 'r_worker'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
  FOREACH name IN ARRAY ARRAY['web', 'job', 'migrator', 'backup', 'test'] LOOP
    CONTINUE WHEN name = 'test' AND coalesce(current_setting('bootstrap.password_test', true), '') = '';
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_' || name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', 'app_' || name);
    END IF;
    IF coalesce(current_setting('bootstrap.password_' || name, true), '') <> '' THEN
      EXECUTE format('ALTER ROLE %I PASSWORD %L', 'app_' || name,
        current_setting('bootstrap.password_' || name));
    END IF;
  END LOOP;
END $$;

ALTER ROLE app_policy BYPASSRLS;
ALTER ROLE app_backup BYPASSRLS;
ALTER ROLE app_migrator SET role = 'app_owner';

-- Personas: entered with SET ROLE for one transaction, never inherited.
GRANT r_agency, r_assessor, r_staff TO app_web WITH INHERIT FALSE, SET TRUE;
GRANT r_worker TO app_job WITH INHERIT FALSE, SET TRUE;
-- Planes: inherited, never entered.
GRANT app_identity TO app_web WITH INHERIT TRUE, SET FALSE;
GRANT app_reference TO app_web, app_job, r_agency, r_assessor, r_staff, r_worker
  WITH INHERIT TRUE, SET FALSE;
-- The migrator is the owner, and steps into the two other owners for their schemas.
GRANT app_owner, app_policy, app_audit TO app_migrator WITH INHERIT FALSE, SET TRUE;
GRANT pg_read_all_data TO app_backup WITH INHERIT TRUE, SET FALSE;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_test') THEN
    -- Creates, migrates and flushes test databases; may stand in for every login.
    ALTER ROLE app_test SET role = 'app_owner';
    ALTER ROLE app_test CREATEDB;
    ALTER ROLE app_owner CREATEDB;
    GRANT app_owner, app_policy, app_audit, r_agency, r_assessor, r_staff, r_worker,
      app_web, app_job TO app_test WITH INHERIT FALSE, SET TRUE;
  END IF;
  EXECUTE format('ALTER DATABASE %I OWNER TO app_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO app_migrator', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO app_web, app_job, app_backup', current_database());
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
CREATE SCHEMA IF NOT EXISTS ctx AUTHORIZATION app_policy;
CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION app_audit;
GRANT USAGE ON SCHEMA ctx TO app_owner, app_audit, app_web, app_job,
  r_agency, r_assessor, r_staff, r_worker;
GRANT USAGE ON SCHEMA audit TO app_owner, app_policy, app_web, app_job,
  r_agency, r_assessor, r_staff, r_worker;

-- The key as HMAC wants it: padded to 64 bytes, xor-ed with the inner and the outer pad.
-- Two rows while a key is being rotated.
CREATE TABLE IF NOT EXISTS ctx.secret (
  made_at timestamptz PRIMARY KEY DEFAULT now(), ipad bytea NOT NULL, opad bytea NOT NULL);
ALTER TABLE ctx.secret OWNER TO app_policy;

DO $$
DECLARE
  key bytea := decode(current_setting('bootstrap.context_key'), 'hex');
  inner_pad bytea; outer_pad bytea; byte int;
BEGIN
  IF length(key) <> 32 THEN
    RAISE EXCEPTION 'bootstrap.context_key must be the hex of 32 bytes';
  END IF;
  inner_pad := decode(repeat('36', 64), 'hex');
  outer_pad := decode(repeat('5c', 64), 'hex');
  FOR i IN 0..31 LOOP
    byte := get_byte(key, i);
    inner_pad := set_byte(inner_pad, i, byte # 54);
    outer_pad := set_byte(outer_pad, i, byte # 92);
  END LOOP;
  IF NOT EXISTS (SELECT FROM ctx.secret WHERE ipad = inner_pad) THEN
    INSERT INTO ctx.secret (ipad, opad) VALUES (inner_pad, outer_pad);
    DELETE FROM ctx.secret WHERE made_at NOT IN
      (SELECT made_at FROM ctx.secret ORDER BY made_at DESC LIMIT 2);
  END IF;
END $$;
