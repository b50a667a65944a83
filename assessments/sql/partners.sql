-- What partners see of each other's work. Run as app_policy.

-- Offers to the acting agency: published since both said that they are partners, not withdrawn.
CREATE OR REPLACE FUNCTION ctx.visible_offers() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM ctx.partnerships() p
  JOIN public.assessments_offer o ON o.agency_id = p.other_id
  WHERE o.partner_id = ctx.agency_id() AND o.withdrawn_at IS NULL
    AND o.published_at >= p.since $$;

-- Which offered answers of the acting agency its partners have accepted, and when: nothing else
-- of theirs. Practice is not told.
CREATE OR REPLACE FUNCTION ctx.acceptances()
RETURNS TABLE (offer_id uuid, clause_id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.offer_id, t.clause_id, min(a.at)
  FROM ctx.partnerships() p
  JOIN public.assessments_offer o ON o.partner_id = p.other_id AND o.agency_id = ctx.agency_id()
  JOIN public.assessments_offeredanswer t ON t.offer_id = o.id
  JOIN public.assessments_acceptance a ON a.offered = t.id AND a.agency_id = o.partner_id
  JOIN public.assessments_answer w ON w.id = a.answer_id
  JOIN public.assessments_assessment s ON s.id = w.assessment_id
  WHERE a.ended_at IS NULL AND o.withdrawn_at IS NULL AND o.published_at >= p.since
    AND NOT s.is_practice
  GROUP BY t.offer_id, t.clause_id $$;

REVOKE ALL ON FUNCTION ctx.visible_offers(), ctx.acceptances() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.visible_offers() TO r_agency, r_worker;
GRANT EXECUTE ON FUNCTION ctx.acceptances() TO r_agency;
