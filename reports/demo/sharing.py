"""Playing partners: everything goes through the actions that pages and the API use."""

from __future__ import annotations

from agencies.actions import partners
from agencies.models import Agency
from assessments.actions import accepting, offering
from assessments.models import Answer, Assessment, OfferedAnswer
from reports.demo.script import Sharing
from reports.demo.stage import acting_as


def share(script: Sharing, agencies: dict[str, Agency]) -> None:
    """They become partners; one offers, the other accepts."""
    host, partner = agencies[script.host], agencies[script.partner]
    with acting_as(host, script.offered_by) as by:
        partners.propose(partner, by=by)
    with acting_as(partner, script.accepted_by) as by:
        partners.agree(host, by=by)
    with acting_as(host, script.offered_by) as by:
        source = _latest(host)
        chosen = source.answers.filter(clause__code__in=script.offered)
        offering.publish(
            source,
            answers=list(chosen.values_list("pk", flat=True)),
            partners=[partner.pk],
            by=by,
        )
    with acting_as(partner, script.accepted_by) as by:
        for code in script.accepted:
            answer = Answer.objects.get(assessment=_latest(partner), clause__code=code)
            offered = OfferedAnswer.objects.get(offer__partner=partner, clause=answer.clause_id)
            accepting.accept(answer, offered=offered, by=by)


def _latest(agency: Agency) -> Assessment:
    return Assessment.objects.filter(agency=agency, is_practice=False).latest("period_from")
