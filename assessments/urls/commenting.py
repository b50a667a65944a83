"""Addresses below /assessments/comments/: one conversation, and a comment of one's own."""

from django.urls import path

from assessments.views import commenting

urlpatterns = [
    path("<uuid:pk>/", commenting.ThreadView.as_view(), name="thread"),
    path("<uuid:pk>/step/", commenting.ThreadStepView.as_view(), name="thread_step"),
    path("withdraw/<uuid:pk>/", commenting.WithdrawCommentView.as_view(), name="comment_withdraw"),
]
