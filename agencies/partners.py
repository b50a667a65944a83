"""Who is whose partner, put together from what each side said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from agencies.models import Agency, AgencyKind, Consent

HOSTS = (AgencyKind.RAA,)
PARTNERS = (AgencyKind.LA, AgencyKind.VAA)


@dataclass
class Partnership:
    """Seen from one side: the last that we said, the last that they said."""

    other: Agency
    ours: Consent | None = None
    theirs: Consent | None = None

    @property
    def is_host(self) -> bool:
        """Whether we are the side that asks and offers."""
        one = self.ours or self.theirs
        return one is not None and one.is_host == (one is self.ours)

    @property
    def is_agreed(self) -> bool:
        """As ctx.partnerships() has it."""
        return self._stands(self.ours) and self._stands(self.theirs) and self._is_answered

    @property
    def waits_for_us(self) -> bool:
        """They ask, and we have not answered since."""
        return not self.is_host and self._stands(self.theirs) and not self._is_answered

    @property
    def waits_for_them(self) -> bool:
        return self.is_host and self._stands(self.ours) and not self._is_answered

    @property
    def since(self) -> datetime | None:
        """From when it is agreed."""
        if not (self.is_agreed and self.ours and self.theirs):
            return None
        return max(self.ours.given_at, self.theirs.given_at)

    @property
    def said_no(self) -> Consent | None:
        """The last word of a side that ended or declined it."""
        ended = [one for one in (self.ours, self.theirs) if one and one.ended_at]
        return max(ended, key=lambda one: one.ended_at or one.given_at, default=None)

    @property
    def is_ours_to_end(self) -> bool:
        return self._stands(self.ours) and (self.is_host or self._stands(self.theirs))

    @property
    def _is_answered(self) -> bool:
        """The partner's word came after the host's, whatever it was."""
        asked, answer = (self.ours, self.theirs) if self.is_host else (self.theirs, self.ours)
        return asked is not None and answer is not None and answer.given_at >= asked.given_at

    @staticmethod
    def _stands(consent: Consent | None) -> bool:
        return consent is not None and consent.ended_at is None


def choices(host: Agency) -> QuerySet[Agency]:
    """Whom a host may ask. Demonstrations keep to themselves."""
    return Agency.objects.filter(kind__in=PARTNERS, is_demo=host.is_demo).order_by("name")


def partnerships(agency: Agency) -> list[Partnership]:
    """With everybody it ever had to do with, by name. One query."""
    found: dict[object, Partnership] = {}
    for consent in Consent.objects.concerning(agency):
        is_ours = consent.agency_id == agency.pk
        other = consent.other if is_ours else consent.agency
        one = found.setdefault(other.pk, Partnership(other))
        if is_ours:
            one.ours = one.ours or consent
        else:
            one.theirs = one.theirs or consent
    return sorted(found.values(), key=lambda one: one.other.name)


def partnership(agency: Agency, other: Agency) -> Partnership:
    """With one agency; nothing said by either side, if it has nothing to do with it."""
    found = (one for one in partnerships(agency) if one.other.pk == other.pk)
    return next(found, Partnership(other))
