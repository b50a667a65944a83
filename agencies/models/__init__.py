"""The ground: who acts, for whom, and what was recorded. A module for each group of nouns."""

from agencies.models.factor import FactorReset
from agencies.models.ground import (
    LONGEST_TOKEN,
    NONE,
    PERSONAL,
    SPECIAL,
    Agency,
    AgencyKind,
    AnsweredRequest,
    ApiToken,
    Event,
    Invitation,
    Membership,
    Stage,
    TenantModel,
    User,
    UserManager,
    new_id,
)
from agencies.models.partnership import Consent

__all__ = [
    "LONGEST_TOKEN",
    "NONE",
    "PERSONAL",
    "SPECIAL",
    "Agency",
    "AgencyKind",
    "AnsweredRequest",
    "ApiToken",
    "Consent",
    "Event",
    "FactorReset",
    "Invitation",
    "Membership",
    "Stage",
    "TenantModel",
    "User",
    "UserManager",
    "new_id",
]
