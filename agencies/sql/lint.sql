-- Faults in the wall, read from the catalogue: (what, fault). Empty means whole.
WITH tables AS (
  SELECT c.oid, c.oid::regclass::text AS name, c.relacl, c.relowner, c.relrowsecurity,
    c.relforcerowsecurity, substring(obj_description(c.oid, 'pg_class') FROM '^kind=(\w+)$') AS kind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'audit')),
walled AS (SELECT * FROM tables WHERE kind IN ('agency', 'scheme_about_agency', 'scheme')),
grants AS (
  SELECT t.name, t.kind, t.oid, a.privilege_type AS privilege,
    coalesce(r.rolname, 'PUBLIC') AS role
  FROM tables t CROSS JOIN LATERAL (
    SELECT * FROM aclexplode(t.relacl) UNION ALL
    SELECT e.* FROM pg_attribute c CROSS JOIN LATERAL aclexplode(c.attacl) e
    WHERE c.attrelid = t.oid) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
  WHERE a.grantee <> t.relowner),
policies AS (
  SELECT p.*, p.polrelid::regclass::text AS name,
    coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' ||
    coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') AS body
  FROM pg_policy p WHERE p.polrelid IN (SELECT oid FROM tables)),
functions AS (
  SELECT p.oid::regprocedure::text AS name, n.nspname, p.prosecdef, p.proconfig, p.proacl
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%')
SELECT name AS what, 'has no kind: declare it with GuardTable' AS fault FROM tables
  WHERE kind IS NULL
    OR kind NOT IN ('agency', 'scheme_about_agency', 'scheme', 'identity', 'global')
UNION ALL SELECT name, 'is in no plane: no role may use it' FROM tables t
  WHERE kind IN ('agency', 'identity', 'global')
    AND NOT EXISTS (SELECT FROM grants g WHERE g.oid = t.oid)
UNION ALL SELECT name, 'no worker may read it, so an agency''s export would lack it' FROM tables t
  WHERE kind = 'agency' AND has_table_privilege('r_agency', oid, 'SELECT')
    AND NOT has_table_privilege('r_worker', oid, 'SELECT')
UNION ALL SELECT name, 'row-level security is off or not forced' FROM walled
  WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL SELECT DISTINCT g.name, 'no policy for ' || g.role FROM grants g
  WHERE g.oid IN (SELECT oid FROM walled) AND g.role LIKE 'r\_%'
    AND NOT EXISTS (SELECT FROM policies p JOIN pg_roles r ON r.rolname = g.role
      WHERE p.polrelid = g.oid AND r.oid = ANY (p.polroles)
        AND (p.polcmd = '*' OR (p.polcmd, g.privilege) IN (('r', 'SELECT'), ('a', 'INSERT'),
          ('w', 'UPDATE'), ('d', 'DELETE'))))
UNION ALL SELECT name, 'a policy is for everybody' FROM policies WHERE 0 = ANY (polroles)
UNION ALL SELECT name, 'write policy without WITH CHECK: ' || polname FROM policies
  WHERE polcmd IN ('*', 'a', 'w') AND polwithcheck IS NULL
UNION ALL SELECT name, 'a policy that hides nothing: ' || polname FROM policies p
  WHERE (pg_get_expr(polqual, polrelid) = 'true' OR pg_get_expr(polwithcheck, polrelid) = 'true')
    AND EXISTS (SELECT FROM pg_roles r WHERE r.oid = ANY (p.polroles) AND r.rolcanlogin IS FALSE
      AND r.rolname LIKE 'r\_%')
UNION ALL SELECT name, 'a policy calls a helper for every row: ' || polname FROM policies
  WHERE regexp_replace(body, '\( ?SELECT (ctx\.\w+\([^()]*\))( AS \w+)?\)', '', 'g') ~ 'ctx\.'
UNION ALL SELECT c.conrelid::regclass::text, 'foreign key without agency_id: ' || c.conname
  FROM pg_constraint c
  WHERE c.contype = 'f' AND c.conrelid IN (SELECT oid FROM walled)
    AND c.confrelid IN (SELECT oid FROM walled)
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid
      AND a.attname = 'agency_id' AND a.attnum = ANY (c.conkey))
UNION ALL SELECT name, 'granted to ' || role || ' outside its plane' FROM grants
  WHERE (kind IN ('agency', 'scheme_about_agency', 'scheme')
      AND role NOT LIKE 'r\_%' AND role <> 'app_policy')
    OR (kind = 'identity' AND role NOT IN ('app_identity', 'app_policy'))
    OR (kind = 'global' AND role <> 'app_policy'
      AND (role <> 'app_reference' OR privilege <> 'SELECT'))
UNION ALL SELECT c.oid::regclass::text, 'view without security_invoker' FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm') AND n.nspname IN ('public', 'audit', 'ctx')
    AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)
UNION ALL SELECT name, 'definer function outside ctx and audit' FROM functions
  WHERE prosecdef AND nspname NOT IN ('ctx', 'audit')
UNION ALL SELECT name, 'definer function without search_path' FROM functions
  WHERE prosecdef AND NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false)
UNION ALL SELECT name, 'executable by everybody' FROM functions
  WHERE nspname IN ('ctx', 'audit')
    AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) a WHERE a.grantee = 0))
UNION ALL SELECT rolname, 'a runtime role is superuser or bypasses the wall' FROM pg_roles
  WHERE (rolname IN ('app_web', 'app_job') OR rolname LIKE 'r\_%')
    AND (rolsuper OR rolbypassrls OR rolcreaterole)
UNION ALL SELECT DISTINCT r.rolname, 'a runtime role owns tables' FROM tables t
  JOIN pg_roles r ON r.oid = t.relowner
  WHERE r.rolname IN ('app_web', 'app_job') OR r.rolname LIKE 'r\_%'
UNION ALL SELECT m.rolname, 'may become ' || g.rolname FROM pg_auth_members a
  JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
  WHERE (m.rolname IN ('app_web', 'app_job') OR m.rolname LIKE 'r\_%')
    AND g.rolname IN ('app_owner', 'app_policy', 'app_audit', 'app_migrator', 'app_backup')
ORDER BY 1, 2
