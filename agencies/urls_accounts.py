"""Of allauth only what we use: signing in and out, passwords, second factors. No sign-up, no
e-mail pages."""

from allauth.account import views
from allauth.mfa.base.views import authenticate
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.urls import path, re_path

from agencies.views import security, sessions

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", security.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("security/", security.Security.as_view(), name="mfa_index"),
    path("sessions/", sessions.Sessions.as_view(), name="account_sessions"),
    path("sessions/<int:pk>/end/", sessions.EndSession.as_view(), name="account_end_session"),
    path(
        "sessions/end-others/",
        sessions.EndOtherSessions.as_view(),
        name="account_end_other_sessions",
    ),
    path("confirm/", security.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", security.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("confirm/key/", security.ConfirmByKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("second-factor/", authenticate, name="mfa_authenticate"),
    path("security/work-account/", security.Disconnect.as_view(), name="account_disconnect"),
    path("oidc/<str:provider_id>/login/", security.work_account, name="openid_connect_login"),
    path(
        "oidc/<str:provider_id>/login/callback/",
        oidc_views.callback,
        name="openid_connect_callback",
    ),
    path("security/app/", security.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("security/app/remove/", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("security/key/", security.AddKey.as_view(), name="mfa_add_webauthn"),
    path("security/key/<int:pk>/remove/", security.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("security/codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "security/codes/new/",
        security.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "security/codes/file/",
        security.RecoveryCodesFile.as_view(),
        name="mfa_download_recovery_codes",
    ),
]
