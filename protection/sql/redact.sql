-- The one door through which a frozen row changes: text that held personal data gives way to a
-- mark. Run as app_policy. Works once for a request that the acting person has confirmed and
-- somebody else made; writes nothing but the mark, and returns it.

-- The mark for what holds something; the mark of an earlier removal stays.
CREATE OR REPLACE FUNCTION ctx.marked(said text, mark text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN said = '' OR said ~
    '^\[Redacted on [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}: personal data was removed\]$'
    THEN said ELSE mark END $$;

CREATE OR REPLACE FUNCTION ctx.redact(which uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ctx.context := ctx.parts();
  r public.protection_redaction;
  mark text := '[Redacted on ' || to_char(now() AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY')
    || ': personal data was removed]';
BEGIN
  UPDATE public.protection_redaction SET destroyed_at = now()
  WHERE id = which AND agency_id = c.agency_id AND status = 'confirmed' AND destroyed_at IS NULL
    AND decided_by_id = ctx.member_id(c.user_id, c.agency_id) AND decided_by_id <> requested_by_id
  RETURNING * INTO r;
  IF r.id IS NULL THEN
    RAISE EXCEPTION 'not confirmed by a second person' USING ERRCODE = '42501';
  END IF;
  UPDATE public.assessments_submittedanswer s SET
    how = CASE WHEN r.part IN ('how', 'texts') AND NOT (r.spares_current AND s.how = a.how)
      THEN ctx.marked(s.how, mark) ELSE s.how END,
    difference = CASE WHEN r.part IN ('difference', 'texts')
        AND NOT (r.spares_current AND s.difference = a.difference)
      THEN ctx.marked(s.difference, mark) ELSE s.difference END,
    na_reason = CASE WHEN r.part IN ('na_reason', 'texts')
        AND NOT (r.spares_current AND s.na_reason = a.na_reason)
      THEN ctx.marked(s.na_reason, mark) ELSE s.na_reason END,
    offered_how = CASE WHEN r.part = 'offered'
      THEN ctx.marked(s.offered_how, mark) ELSE s.offered_how END,
    offered_difference = CASE WHEN r.part = 'offered'
      THEN ctx.marked(s.offered_difference, mark) ELSE s.offered_difference END
  FROM public.assessments_answer a
  JOIN public.assessments_submission u
    ON u.assessment_id = a.assessment_id AND u.agency_id = a.agency_id
  WHERE a.id = r.answer_id AND a.agency_id = r.agency_id AND s.agency_id = r.agency_id
    AND s.submission_id = u.id AND s.clause_id = a.clause_id;
  UPDATE public.assessments_submittedevidence s
  SET file_name = ctx.marked(coalesce(nullif(s.file_name, ''), s.url), mark), url = ''
  WHERE s.version_id = r.version_id AND s.agency_id = r.agency_id
    AND r.part IN ('file', 'evidence');
  UPDATE public.assessments_submittedevidence s
  SET title = CASE WHEN r.spares_current AND s.title = e.title THEN s.title
      ELSE ctx.marked(s.title, mark) END,
    description = CASE WHEN r.spares_current AND s.description = e.description THEN s.description
      ELSE ctx.marked(s.description, mark) END,
    place = CASE WHEN r.spares_current AND EXISTS (
        SELECT FROM public.assessments_evidencelink l
        JOIN public.assessments_evidenceversion x ON x.id = l.version_id
        WHERE x.evidence_id = e.id AND l.agency_id = r.agency_id AND l.place = s.place)
      THEN s.place ELSE ctx.marked(s.place, mark) END,
    shows = CASE WHEN r.spares_current AND EXISTS (
        SELECT FROM public.assessments_evidencelink l
        JOIN public.assessments_evidenceversion x ON x.id = l.version_id
        WHERE x.evidence_id = e.id AND l.agency_id = r.agency_id AND l.shows = s.shows)
      THEN s.shows ELSE ctx.marked(s.shows, mark) END
  FROM public.assessments_evidenceversion v
  JOIN public.assessments_evidence e ON e.id = v.evidence_id AND e.agency_id = v.agency_id
  JOIN public.assessments_evidenceversion w
    ON w.evidence_id = v.evidence_id AND w.agency_id = v.agency_id
  WHERE v.id = r.version_id AND v.agency_id = r.agency_id AND s.version_id = w.id
    AND s.agency_id = r.agency_id AND r.part IN ('details', 'evidence');
  RETURN mark;
END $$;

REVOKE ALL ON FUNCTION ctx.redact(uuid), ctx.marked(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.redact(uuid) TO r_agency;
