"""What a partner sees of another agency's rows, as PostgreSQL writes it. Reading alone."""

OFFERED = "({key} = ANY (( SELECT ctx.visible_offers() AS visible_offers)::uuid[]))"
SEEN = {
    ("agencies_consent", "of_the_other", "r_agency"): (
        "(other_id = ( SELECT ctx.agency_id() AS agency_id))"
    ),
    **{
        (table, f"offered_to_{realm}", f"r_{realm}"): OFFERED.format(key=key)
        for table, key in (("assessments_offer", "id"), ("assessments_offeredanswer", "offer_id"))
        for realm in ("agency", "worker")
    },
}
POLICIES = {("policy", *names, "r", using, "") for names, using in SEEN.items()}
