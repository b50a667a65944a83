"""What a partner sees of another agency's rows, as PostgreSQL writes it. Reading alone."""

POLICIES = {
    (
        "policy",
        "agencies_consent",
        "of_the_other",
        "r_agency",
        "r",
        "(other_id = ( SELECT ctx.agency_id() AS agency_id))",
        "",
    ),
}
