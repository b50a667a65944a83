"""The policies around a practice assessment, as PostgreSQL writes them.

What is otherwise kept may be deleted with one, and only then; nothing of one is signed or
submitted.
"""

OF_IT = (
    "(EXISTS ( SELECT FROM assessments_assessment a"
    " WHERE ((a.id = {table}.assessment_id) AND a.is_practice)))"
)
OF_A_PARENT = (
    "(EXISTS ( SELECT FROM ({parent}"
    " JOIN assessments_assessment a ON ((a.id = {p}.assessment_id)))"
    " WHERE (({p}.id = {table}.{key}) AND a.is_practice)))"
)
OF_A_COMMENT = (
    "(EXISTS ( SELECT FROM ((assessments_comment c"
    " JOIN assessments_thread t ON ((t.id = c.thread_id)))"
    " JOIN assessments_assessment a ON ((a.id = t.assessment_id)))"
    " WHERE ((c.id = {table}.comment_id) AND a.is_practice)))"
)
DELETED = {
    "assessments_improvement": OF_IT,
    "reports_report": OF_IT,
    "assessments_answerrevision": OF_A_PARENT.format(
        parent="assessments_answer w", p="w", key="answer_id", table="{table}"
    ),
    "assessments_thread": OF_IT,
    "assessments_threadstage": OF_A_PARENT.format(
        parent="assessments_thread t", p="t", key="record_id", table="{table}"
    ),
    "assessments_comment": OF_A_PARENT.format(
        parent="assessments_thread t", p="t", key="thread_id", table="{table}"
    ),
    "assessments_mention": OF_A_COMMENT,
    "assessments_acceptance": OF_A_PARENT.format(
        parent="assessments_answer w", p="w", key="answer_id", table="{table}"
    ),
    "assessments_improvementstage": OF_A_PARENT.format(
        parent="assessments_improvement i", p="i", key="record_id", table="{table}"
    ),
}
NEVER_MADE = ("assessments_signoff", "assessments_submission")
GRANTS = {
    ("grant", "assessments_answerrevision", "r_agency", "DELETE"),
    ("grant", "reports_report", "r_agency", "DELETE"),
}
POLICIES = {
    *(
        ("policy", table, "of_practice", "r_agency", "d restrictive", using.format(table=table), "")
        for table, using in DELETED.items()
    ),
    *(
        ("policy", table, "not_of_practice", "r_agency", "a restrictive", "", f"(NOT {never})")
        for table in NEVER_MADE
        for never in [OF_IT.format(table=table)]
    ),
}
