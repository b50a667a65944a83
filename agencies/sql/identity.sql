-- Doors through the wall for the time before a persona is entered. Run as app_policy.

CREATE OR REPLACE FUNCTION ctx.member_id(who uuid, whose uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT id FROM public.agencies_membership WHERE user_id = who AND agency_id = whose $$;

-- Called in the statement that sets context and role; `entered` orders the two.
-- Returns the membership while it is active, else nothing; the scheme's people only as staff.
CREATE OR REPLACE FUNCTION ctx.enter(entered text) RETURNS SETOF public.agencies_membership
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c ctx.context := ctx.parts();
BEGIN
  RETURN QUERY SELECT m.* FROM public.agencies_membership m
    JOIN public.agencies_user u ON u.id = m.user_id AND u.is_active
    JOIN public.agencies_agency a ON a.id = m.agency_id
    WHERE m.user_id = c.user_id AND m.agency_id = c.agency_id AND m.is_active
      AND (c.realm = 'operator' OR (c.realm = 'staff') = (a.kind = 'scheme'));
END $$;

-- The agencies a person may act for.
CREATE OR REPLACE FUNCTION ctx.hats(who uuid)
RETURNS TABLE (agency_id uuid, agency_name varchar, kind varchar, role varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.agency_id, a.name, a.kind, m.role FROM public.agencies_membership m
  JOIN public.agencies_agency a ON a.id = m.agency_id
  WHERE m.user_id = who AND m.is_active ORDER BY a.name $$;

-- What an invitation link offers, used or not; the page says which.
CREATE OR REPLACE FUNCTION ctx.invitation(hashed text)
RETURNS TABLE (email varchar, display_name varchar, role varchar, agency_name varchar,
  expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.email, i.display_name, i.role, a.name, i.expires_at, i.accepted_at, i.revoked_at
  FROM public.agencies_invitation i JOIN public.agencies_agency a ON a.id = i.agency_id
  WHERE i.token_hash = hashed $$;

-- Accept once: of many at the same moment one gets the membership, the others nothing.
-- Nothing either for an active member: no link changes a role. The membership is locked before
-- the invitation, as when it is removed, so that a removal at the same moment is seen.
CREATE OR REPLACE FUNCTION ctx.accept_invitation(hashed text, who uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  offer public.agencies_invitation;
  is_member boolean;
  member uuid;
BEGIN
  SELECT m.is_active INTO is_member FROM public.agencies_membership m
  JOIN public.agencies_invitation i ON i.agency_id = m.agency_id
  WHERE i.token_hash = hashed AND m.user_id = who FOR UPDATE OF m;
  IF is_member THEN
    RETURN NULL;
  END IF;
  UPDATE public.agencies_invitation i SET accepted_at = now()
  WHERE i.token_hash = hashed AND i.accepted_at IS NULL AND i.revoked_at IS NULL
    AND i.expires_at > now()
    AND lower(i.email) = (SELECT lower(u.email) FROM public.agencies_user u WHERE u.id = who)
  RETURNING i.* INTO offer;
  IF offer.id IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO public.agencies_membership
    (id, agency_id, user_id, role, display_name, email, is_active, created_at)
  VALUES (gen_random_uuid(), offer.agency_id, who, offer.role, offer.display_name, offer.email,
    true, now())
  ON CONFLICT (agency_id, user_id) DO UPDATE
    SET role = offer.role, display_name = offer.display_name, email = offer.email,
      is_active = true, ended_at = NULL
  RETURNING id INTO member;
  UPDATE public.agencies_invitation i SET revoked_at = now()
  WHERE i.agency_id = offer.agency_id AND lower(i.email) = lower(offer.email)
    AND i.accepted_at IS NULL AND i.revoked_at IS NULL;
  PERFORM audit.append(offer.agency_id, member, 'identity', 'invitation.accept', 'invitation',
    offer.id, jsonb_build_object('role', offer.role));
  RETURN offer.agency_id;
END $$;

-- Ids only, for sweepers that visit each agency in its own scope.
CREATE OR REPLACE FUNCTION ctx.agency_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT id FROM public.agencies_agency $$;

REVOKE ALL ON FUNCTION ctx.member_id(uuid, uuid), ctx.enter(text), ctx.hats(uuid),
  ctx.invitation(text), ctx.accept_invitation(text, uuid), ctx.agency_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.member_id(uuid, uuid) TO app_audit;
GRANT EXECUTE ON FUNCTION ctx.enter(text) TO app_web, app_job, app_owner, r_agency, r_assessor,
  r_staff, r_worker;
GRANT EXECUTE ON FUNCTION ctx.hats(uuid), ctx.invitation(text),
  ctx.accept_invitation(text, uuid) TO app_web;
GRANT EXECUTE ON FUNCTION ctx.agency_ids() TO r_worker;
