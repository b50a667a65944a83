-- The scheme's doors to what all agencies read. Run as app_policy. No persona may write these
-- tables: a version of the guidance comes in whole through here, and nothing changes one.

-- Who publishes: an active scheme administrator, or nobody for the owner (load_standards).
CREATE FUNCTION ctx.publisher() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ctx.context;
  member uuid;
BEGIN
  IF current_setting('role') = 'app_owner' THEN
    RETURN NULL;
  END IF;
  c := ctx.parts();
  SELECT m.id INTO member FROM public.agencies_membership m
  WHERE m.user_id = c.user_id AND m.agency_id = c.agency_id AND m.is_active
    AND m.role = 'scheme_admin' AND c.realm = 'staff';
  IF member IS NULL THEN
    RAISE EXCEPTION 'only a scheme administrator publishes' USING ERRCODE = '42501';
  END IF;
  RETURN member;
END $$;

-- One version, from GuidanceText.document(). The edition is locked: two at once follow each other.
CREATE FUNCTION ctx.publish_guidance(whose uuid, content jsonb, hashed text, news text,
  in_use boolean) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  author uuid := ctx.publisher();
  made uuid := gen_random_uuid();
BEGIN
  PERFORM FROM public.standards_edition WHERE id = whose FOR UPDATE;
  IF in_use THEN
    UPDATE public.standards_guidance SET is_current = false WHERE edition_id = whose AND is_current;
  END IF;
  INSERT INTO public.standards_guidance
    (id, edition_id, version, label, sha256, is_current, summary, published_at, published_by_id)
  VALUES (made, whose, content ->> 'version', content ->> 'label', hashed, in_use, news,
    clock_timestamp(), author);
  INSERT INTO public.standards_prompt (id, guidance_id, clause_id, position, kind, text)
  SELECT gen_random_uuid(), made, k.id, p.place, p.item ->> 'kind', p.item ->> 'text'
  FROM jsonb_each(content -> 'prompts') e
  CROSS JOIN LATERAL jsonb_array_elements(e.value) WITH ORDINALITY p(item, place)
  LEFT JOIN ctx.clauses_of(whose) k ON k.code = e.key;
  INSERT INTO public.standards_editornote (id, guidance_id, clause_id, text)
  SELECT gen_random_uuid(), made, k.id, n.item ->> 'text'
  FROM jsonb_array_elements(content -> 'notes') n(item)
  LEFT JOIN ctx.clauses_of(whose) k ON k.code = n.item ->> 'clause';
  INSERT INTO public.standards_glossaryterm
    (id, guidance_id, term, definition, note, is_from_standards)
  SELECT gen_random_uuid(), made, t.item ->> 'term', t.item ->> 'definition', t.item ->> 'note',
    t.item ->> 'source' = 'standards'
  FROM jsonb_array_elements(content -> 'glossary') t(item);
  RETURN made;
END $$;

-- From now on no new self-assessment starts from this edition, or again some may.
-- False: it was so already.
CREATE FUNCTION ctx.withdraw_edition(whose uuid, is_over boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM ctx.publisher();
  UPDATE public.standards_edition SET is_withdrawn = is_over
  WHERE id = whose AND is_withdrawn <> is_over;
  RETURN FOUND;
END $$;

CREATE FUNCTION ctx.clauses_of(whose uuid) RETURNS TABLE (id uuid, code varchar)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.code FROM public.standards_clause c
  JOIN public.standards_standard s ON s.id = c.standard_id WHERE s.edition_id = whose $$;

REVOKE ALL ON FUNCTION ctx.publisher(), ctx.publish_guidance(uuid, jsonb, text, text, boolean),
  ctx.withdraw_edition(uuid, boolean), ctx.clauses_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.publish_guidance(uuid, jsonb, text, text, boolean),
  ctx.withdraw_edition(uuid, boolean) TO app_owner, r_staff;
