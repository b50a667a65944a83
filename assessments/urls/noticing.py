"""Addresses below /assessments/notices/: what a person is told of."""

from django.urls import path

from assessments.views import noticing

urlpatterns = [
    path("", noticing.NoticesView.as_view(), name="notices"),
    path("seen/", noticing.NoticesSeenView.as_view(), name="notices_seen"),
    path("settings/", noticing.NoticeSettingView.as_view(), name="notice_setting"),
]
