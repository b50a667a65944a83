-- What concerns two agencies is an event of both, each in its own chain. Run as app_audit.

-- In the partners' chains the verb is written as partner.<verb>, without the person who did it.
-- Chains are taken in one order, so that two partners who act at once wait for each other.
CREATE FUNCTION audit.record_with(others uuid[], what text, kind text, which uuid, details jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ctx.context := ctx.parts();
  whose uuid;
BEGIN
  IF c.agency_id IS NULL OR NOT ctx.has_met(others) THEN
    RAISE EXCEPTION 'an event of two agencies needs both' USING ERRCODE = '42501';
  END IF;
  FOR whose IN SELECT DISTINCT one FROM unnest(others || c.agency_id) one ORDER BY one LOOP
    IF whose = c.agency_id THEN
      PERFORM audit.append(whose, ctx.member_id(c.user_id, whose), c.realm, what, kind, which,
        details);
    ELSE
      PERFORM audit.append(whose, NULL, 'partner', 'partner.' || split_part(what, '.', 2), kind,
        which, jsonb_build_object('partner', c.agency_id));
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION audit.record_with(uuid[], text, text, uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.record_with(uuid[], text, text, uuid, jsonb) TO r_agency, app_owner;
