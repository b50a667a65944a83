-- API tokens and machine accounts before a persona is entered. Run as app_policy.

-- Whose API token this is, while token, membership and sign-in are all in force. Its last use is
-- noted at most every five minutes, and by nobody who would have to wait for it.
DROP FUNCTION IF EXISTS ctx.resolve_token(text);
CREATE FUNCTION ctx.resolve_token(hashed text)
RETURNS TABLE (token_id uuid, user_id uuid, agency_id uuid, scopes varchar[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE used timestamptz;
BEGIN
  SELECT t.id, m.user_id, t.agency_id, t.scopes, t.last_used_at
    INTO token_id, user_id, agency_id, scopes, used
  FROM public.agencies_apitoken t
  JOIN public.agencies_membership m ON m.id = t.membership_id AND m.agency_id = t.agency_id
  JOIN public.agencies_user u ON u.id = m.user_id
  WHERE t.token_hash = hashed AND t.revoked_at IS NULL AND t.expires_at > now()
    AND m.is_active AND u.is_active;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF used IS NULL OR used < now() - interval '5 minutes' THEN
    UPDATE public.agencies_apitoken SET last_used_at = now() WHERE id = (
      SELECT t.id FROM public.agencies_apitoken t WHERE t.id = token_id
      FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
  RETURN NEXT;
END $$;

-- The sign-in of a machine account: no password, an address that no mail reaches (RFC 2606).
-- The membership is made by the acting lead, behind the wall as any other row.
CREATE OR REPLACE FUNCTION ctx.new_machine() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ctx.context := ctx.parts();
  made uuid := gen_random_uuid();
BEGIN
  IF c.agency_id IS NULL THEN
    RAISE EXCEPTION 'a machine account needs an agency' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.agencies_user (id, password, email, is_active, created_at)
  VALUES (made, '!' || gen_random_uuid(), 'machine-' || made || '@machine.invalid', true, now());
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION ctx.resolve_token(text), ctx.new_machine() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.resolve_token(text) TO app_web;
GRANT EXECUTE ON FUNCTION ctx.new_machine() TO app_owner, r_agency;
