-- Removing a second factor reaches into the identity plane, which no persona can read. Run as
-- app_policy. It happens once, for a request that two different officers of the agency agreed on,
-- the second being who acts now; neither is the person.

CREATE OR REPLACE FUNCTION ctx.remove_factors(which uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ctx.context := ctx.parts();
  target uuid;
BEGIN
  UPDATE public.agencies_factorreset r SET removed_at = now()
  FROM public.agencies_membership lost, public.agencies_membership first,
    public.agencies_membership second
  WHERE r.id = which AND r.agency_id = c.agency_id
    AND r.confirmed_at IS NOT NULL AND r.withdrawn_at IS NULL AND r.removed_at IS NULL
    AND r.requested_at > now() - interval '72 hours'
    AND lost.id = r.member_id AND lost.agency_id = c.agency_id
    AND first.id = r.requested_by_id AND first.agency_id = c.agency_id
    AND second.id = r.confirmed_by_id AND second.agency_id = c.agency_id
    AND second.user_id = c.user_id
    AND first.is_active AND first.role IN ('lead', 'approver')
    AND second.is_active AND second.role IN ('lead', 'approver')
    AND first.id <> second.id AND lost.id NOT IN (first.id, second.id)
  RETURNING lost.user_id INTO target;
  IF target IS NULL THEN
    RETURN false;
  END IF;
  DELETE FROM public.mfa_authenticator WHERE user_id = target;
  UPDATE public.agencies_user SET sign_in_epoch = sign_in_epoch + 1 WHERE id = target;
  PERFORM audit.append('00000000-0000-0000-0000-000000000000', NULL, 'identity',
    'user.factor_lost', 'user', target, '{}');
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION ctx.remove_factors(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.remove_factors(uuid) TO r_agency;
