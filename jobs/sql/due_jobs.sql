-- What the sweeper sends again: ids only, over all agencies. Run as app_policy. A running job
-- counts when its lease ran out, or when no living worker holds its lock (jobs/sessions.py). One
-- that is sent although it has just ended is found done by whoever gets the hint.

CREATE FUNCTION ctx.due_jobs() RETURNS TABLE (agency_id uuid, job_id uuid, kind text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (ctx.parts()).realm <> 'worker' THEN
    RAISE EXCEPTION 'only a worker sweeps' USING ERRCODE = '42501';
  END IF;
  RETURN QUERY
    SELECT j.agency_id, j.id, j.kind::text FROM public.jobs_job j
    WHERE (j.status = 'queued' AND j.queued_at < statement_timestamp() - interval '60 seconds')
      OR (j.status = 'running' AND (j.lease_until < statement_timestamp()
        OR NOT EXISTS (
          SELECT FROM pg_locks l
          WHERE l.locktype = 'advisory' AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(j.id::text, 0))))
    ORDER BY j.queued_at
    LIMIT 1000;
END $$;

REVOKE ALL ON FUNCTION ctx.due_jobs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.due_jobs() TO r_worker;
