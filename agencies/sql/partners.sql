-- Who works together. Run as app_policy.

-- The partners of the acting agency: both sides' consent stands, the partner's was given after
-- the host's, since it answers it. `since`: from when.
CREATE OR REPLACE FUNCTION ctx.partnerships() RETURNS TABLE (other_id uuid, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT mine.other_id, greatest(mine.given_at, theirs.given_at)
  FROM public.agencies_consent mine
  JOIN public.agencies_consent theirs
    ON theirs.agency_id = mine.other_id AND theirs.other_id = mine.agency_id
  WHERE mine.agency_id = ctx.agency_id() AND mine.ended_at IS NULL AND theirs.ended_at IS NULL
    AND mine.is_host <> theirs.is_host
    AND CASE WHEN mine.is_host THEN mine.given_at <= theirs.given_at
      ELSE theirs.given_at <= mine.given_at END $$;

-- Whether the acting agency ever had to do with all of these.
CREATE OR REPLACE FUNCTION ctx.has_met(others uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT others <@ array(SELECT other_id FROM public.agencies_consent
    WHERE agency_id = ctx.agency_id()) $$;

REVOKE ALL ON FUNCTION ctx.partnerships(), ctx.has_met(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.partnerships() TO r_agency;
GRANT EXECUTE ON FUNCTION ctx.has_met(uuid[]) TO app_audit;
