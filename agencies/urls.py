"""People, invitations, API tokens, the choice of agency, the audit trail, the pages of words."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import include, path

from agencies.views.audit import Audit, AuditFile
from agencies.views.factors import ConfirmReset, FactorResets, RequestReset, WithdrawReset
from agencies.views.invitations import AcceptInvitation, Invite, Resend, Withdraw
from agencies.views.pages import Help, PublicPage
from agencies.views.partners import AgreePartner, AskPartner, EndPartner, Partners
from agencies.views.people import ChangeRole, People, Remove
from agencies.views.switching import Switch
from agencies.views.tokens import (
    EndMachine,
    Machines,
    MakeMachine,
    MakeMachineToken,
    MakeToken,
    RevokeToken,
    Tokens,
)

agencies = [
    path("people/", People.as_view(), name="people"),
    path("people/invite/", Invite.as_view(), name="invite"),
    path("people/invitations/<uuid:pk>/resend/", Resend.as_view(), name="invitation_resend"),
    path("people/invitations/<uuid:pk>/withdraw/", Withdraw.as_view(), name="invitation_revoke"),
    path("people/<uuid:pk>/role/", ChangeRole.as_view(), name="change_role"),
    path("people/<uuid:pk>/remove/", Remove.as_view(), name="remove"),
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/make/", MakeToken.as_view(), name="token_make"),
    path("tokens/<uuid:pk>/revoke/", RevokeToken.as_view(), name="token_revoke"),
    path("machines/", Machines.as_view(), name="machines"),
    path("machines/make/", MakeMachine.as_view(), name="machine_make"),
    path("machines/<uuid:pk>/token/", MakeMachineToken.as_view(), name="machine_token"),
    path("machines/<uuid:pk>/end/", EndMachine.as_view(), name="machine_end"),
    path("people/second-factors/", FactorResets.as_view(), name="factor_resets"),
    path("people/<uuid:pk>/second-factor/", RequestReset.as_view(), name="factor_reset_request"),
    path(
        "people/second-factors/<uuid:pk>/confirm/",
        ConfirmReset.as_view(),
        name="factor_reset_confirm",
    ),
    path(
        "people/second-factors/<uuid:pk>/withdraw/",
        WithdrawReset.as_view(),
        name="factor_reset_withdraw",
    ),
    path("partners/", Partners.as_view(), name="partners"),
    path("partners/ask/", AskPartner.as_view(), name="partner_ask"),
    path("partners/<uuid:pk>/agree/", AgreePartner.as_view(), name="partner_agree"),
    path("partners/<uuid:pk>/end/", EndPartner.as_view(), name="partner_end"),
    path("audit/", Audit.as_view(), name="audit"),
    path("audit/events.csv", AuditFile.as_view(), name="audit_csv"),
    path("switch/", Switch.as_view(), name="switch"),
    path("invitation/<str:token>/", AcceptInvitation.as_view(), name="invitation"),
]


def page(name: str) -> Callable[..., HttpResponseBase]:
    return PublicPage.as_view(template_name=f"pages/{name}.html")


pages = [
    path("", Help.as_view(), name="help"),
    path("accessibility/", page("accessibility"), name="accessibility"),
    path("privacy/", page("privacy"), name="privacy"),
    path("cookies/", page("cookies"), name="cookies"),
]

urlpatterns = [
    path("", include((agencies, "agencies"))),
    path("help/", include((pages, "pages"))),
]
