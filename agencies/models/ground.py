"""The ground: who acts, for whom, and what was recorded."""

from __future__ import annotations

import datetime
import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from agencies.permissions import MACHINE_ROLES, ROLES, Permission, Role
from agencies.scopes import choices, in_words

NONE, PERSONAL, SPECIAL = "none", "personal", "special-category"
"""Data classes. Every field that is not an id, key, number, boolean, date or choice names one in
its model's DATA_CLASS. Keys and choices are none: the row a key leads to has classes of its own."""

MEGABYTE = 1024**2
LONGEST_TOKEN = datetime.timedelta(days=365)


def new_id() -> models.UUIDField[uuid.UUID, uuid.UUID]:
    """The random primary key every table has: it tells nothing and cannot be guessed."""
    return models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False, help_text="Random identifier."
    )


class AgencyKind(models.TextChoices):
    LA = "LA", "Local authority"
    RAA = "RAA", "Regional adoption agency"
    VAA = "VAA", "Voluntary adoption agency"
    SCHEME = "scheme", "Quality Mark scheme"


class Agency(models.Model):
    """An organisation that assesses itself, or the scheme. Its name is public."""

    KEPT: ClassVar[str] = "As long as the service runs."
    DATA_CLASS: ClassVar[dict[str, str]] = {"name": NONE}

    id = new_id()
    name = models.CharField(max_length=120, unique=True, help_text="Name as people know it.")
    kind = models.CharField(
        max_length=10, choices=AgencyKind, help_text="Which clauses are addressed to it."
    )
    is_demo = models.BooleanField(
        default=False, help_text="Fictional; `make demo` may delete all it holds."
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was created.")
    quota_megabytes = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="What its files may take up; empty: what holds for all (AGENCY_QUOTA_MB).",
    )

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_scheme(self) -> bool:
        """Whether its people act as the scheme's staff, and not for an agency."""
        return self.kind == AgencyKind.SCHEME

    @property
    def quota_bytes(self) -> int:
        given = self.quota_megabytes
        return (settings.AGENCY_QUOTA_MB if given is None else given) * MEGABYTE


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None) -> User:
        user = self.model(email=email.strip().lower())
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in. What a person does is written under a Membership, never under a User."""

    KEPT: ClassVar[str] = "Until two years after the last membership ends."
    DATA_CLASS: ClassVar[dict[str, str]] = {"email": PERSONAL, "password": PERSONAL}

    id = new_id()
    password = models.CharField(max_length=128, help_text="Argon2id hash; never the password.")
    last_login = models.DateTimeField(blank=True, null=True, help_text="Last sign-in.")
    email = models.EmailField(unique=True, help_text="Work e-mail address; signs in with it.")
    is_active = models.BooleanField(default=True, help_text="False: cannot sign in at all.")
    sign_in_epoch = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Counted up to end every session of the person at once."
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was created.")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session whose hash differs has ended: another password, or a higher epoch."""
        value = f"{self.password}|{self.sign_in_epoch}"
        mac = salted_hmac("agencies.session", value, secret=secret, algorithm="sha256")
        return mac.hexdigest()


class TenantModel(models.Model):
    """A row that is about one agency, behind that agency's wall (see tenancy.GuardTable)."""

    id = new_id()
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", help_text="Whom the row is about."
    )

    class Meta:
        abstract = True


class Membership(TenantModel):
    """A person's hat in an agency: the author and assignee of everything."""

    KEPT: ClassVar[str] = "As long as anything the person wrote is kept; the name stays on it."
    DATA_CLASS: ClassVar[dict[str, str]] = {"display_name": PERSONAL, "email": PERSONAL}

    user = models.ForeignKey(
        User, models.PROTECT, db_constraint=False, related_name="+", help_text="Who signs in."
    )
    role = models.CharField(max_length=20, choices=Role, help_text="What the person may do.")
    display_name = models.CharField(max_length=120, help_text="Shown beside what they wrote.")
    email = models.EmailField(help_text="The address the invitation was sent to.")
    is_active = models.BooleanField(default=True, help_text="False: removed, the name stays.")
    is_machine = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A program's account: no sign-in, only API tokens.",
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When the hat was given.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken away.")

    class Meta:
        ordering = ("display_name",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="membership_agency_id"),
            models.UniqueConstraint("agency", "user", name="membership_one_hat_per_agency"),
            models.CheckConstraint(
                condition=models.Q(is_machine=False) | models.Q(role__in=MACHINE_ROLES),
                name="membership_machine_role",
            ),
            models.UniqueConstraint(
                "agency",
                "display_name",
                condition=models.Q(is_machine=True, is_active=True),
                name="membership_one_machine_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLES.get(self.role, frozenset()) if self.is_active else frozenset()


class Invitation(TenantModel):
    """An offer of a hat, bound to e-mail, agency and role; single use, 72 hours."""

    KEPT: ClassVar[str] = "Two years after it was accepted, withdrawn or ran out."
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "email": PERSONAL,
        "display_name": PERSONAL,
        "token_hash": NONE,
    }

    email = models.EmailField(help_text="Only a person with this address can accept it.")
    display_name = models.CharField(max_length=120, help_text="Name or job title to be shown.")
    role = models.CharField(max_length=20, choices=Role, help_text="The hat that is offered.")
    token_hash = models.CharField(
        max_length=64, unique=True, help_text="sha256 of the link's secret; never the secret."
    )
    nonce = models.UUIDField(
        default=uuid.uuid4, help_text="Makes the secret new each time it is sent again."
    )
    invited_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="Who invited; empty when made by a command on the server.",
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was made.")
    expires_at = models.DateTimeField(help_text="After this the link no longer works.")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the mail went out.")
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="When it was used.")
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="When it was withdrawn.")

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="invitation_agency_id"),
            models.UniqueConstraint(
                "agency",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_unused_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.get_role_display()}"

    @property
    def is_open(self) -> bool:
        return (
            self.accepted_at is None
            and self.revoked_at is None
            and self.expires_at > timezone.now()
        )


class ApiToken(TenantModel):
    """A key to the API: hashed, expiring, scoped, bound to one agency and one person or machine."""

    KEPT: ClassVar[str] = "Two years after it expired or was revoked."
    DATA_CLASS: ClassVar[dict[str, str]] = {"name": NONE, "token_hash": NONE, "scopes": NONE}

    membership = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="Acts as this person or machine, in this agency, while the membership lasts.",
    )
    name = models.CharField(max_length=80, help_text="What it is used for.")
    token_hash = models.CharField(
        max_length=64, unique=True, help_text="sha256 of the token; never the token."
    )
    scopes = ArrayField(
        models.CharField(max_length=30, choices=choices), help_text="What it may be used for."
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was made.")
    expires_at = models.DateTimeField(help_text="At most 365 days after it was made.")
    last_used_at = models.DateTimeField(
        null=True, blank=True, help_text="Last use, to about five minutes; empty: never used."
    )
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Refused from then on.")
    form_key = models.UUIDField(
        null=True,
        editable=False,
        help_text="Made with the form it was made by: a form sent twice makes one.",
    )

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="apitoken_agency_id"),
            models.UniqueConstraint(
                "agency", "membership", "form_key", name="apitoken_once_per_form"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("created_at") + LONGEST_TOKEN),
                name="apitoken_at_most_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(scopes__len__gt=0), name="apitoken_has_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        """Whether it still works, as long as its membership does."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def scopes_in_words(self) -> list[str]:
        return in_words(self.scopes)


class AnsweredRequest(TenantModel):
    """What the API answered to a request with an Idempotency-Key, to answer it so again."""

    KEPT: ClassVar[str] = "24 hours."
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "key": NONE,
        "request_sha256": NONE,
        "body": PERSONAL,
        "headers": NONE,
    }

    by = models.ForeignKey(
        Membership, models.PROTECT, db_constraint=False, related_name="+", help_text="Who asked."
    )
    token = models.ForeignKey(
        ApiToken,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="With which token; empty: a signed-in person.",
    )
    key = models.CharField(max_length=200, help_text="The Idempotency-Key as it was sent.")
    request_sha256 = models.CharField(max_length=64, help_text="Hash of address and content.")
    code = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the answer.")
    body = models.TextField(blank=True, help_text="The answer as JSON.")
    headers = models.JSONField(default=dict, help_text="Location and ETag of the answer.")
    at = models.DateTimeField(default=timezone.now, help_text="When it was asked first.")

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("agency", "by", "token", "key"),
                nulls_distinct=False,
                name="answeredrequest_key",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Stage(TenantModel):
    """A status change: functional history, append-only. Concrete models add `record`."""

    from_status = models.CharField(max_length=30, help_text="Status before.")
    to_status = models.CharField(max_length=30, help_text="Status after.")
    action = models.CharField(max_length=30, help_text="The workflow's action.")
    by = models.ForeignKey(
        Membership, models.PROTECT, db_constraint=False, related_name="+", help_text="Who did it."
    )
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        abstract = True
        ordering = ("at",)


class Event(models.Model):
    """One line of an agency's audit trail. Written only by audit.record(); never changed."""

    KEPT: ClassVar[str] = "Six years at least."
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "realm": NONE,
        "action": NONE,
        "about_type": NONE,
        "facts": NONE,
        "prev_hash": NONE,
        "hash": NONE,
    }

    id = new_id()
    agency_id = models.UUIDField(help_text="Whose trail; all zeros for the service's own.")
    seq = models.BigIntegerField(help_text="Place in the agency's chain, from 1.")
    at = models.DateTimeField(help_text="When, by the database's clock.")
    actor_id = models.UUIDField(null=True, help_text="Membership that acted; empty: the system.")
    realm = models.TextField(
        help_text="Under which persona: agency, staff, worker, operator, identity, partner."
    )
    action = models.TextField(help_text="What was done, such as assessment.submit.")
    about_type = models.TextField(help_text="Kind of record, such as assessment.")
    about_id = models.UUIDField(null=True, help_text="Which record.")
    facts = models.JSONField(help_text="Ids, field names and counts: no free text, no names.")
    prev_hash = models.TextField(help_text="Hash of the event before.")
    hash = models.TextField(help_text="sha256 over this event and prev_hash.")

    class Meta:
        managed = False
        db_table = 'audit"."event'
        ordering = ("-seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
