"""Addresses below /standards/."""

from django.urls import include, path

from standards.views import drafting, reading, versions

app_name = "standards"

draft = [
    path("", drafting.Draft.as_view(), name="draft_detail"),
    path("clauses/<str:clause>/", drafting.DraftClause.as_view(), name="draft_clause"),
    path("terms/", drafting.DraftTerm.as_view(), name="draft_term_add"),
    path("terms/<slug:term>/", drafting.DraftTerm.as_view(), name="draft_term"),
    path("terms/<slug:term>/remove/", drafting.RemoveTerm.as_view(), name="draft_term_remove"),
    path("changes/", drafting.DraftChanges.as_view(), name="draft_changes"),
    path("publish/", drafting.PublishDraft.as_view(), name="draft_publish"),
    path("discard/", drafting.DiscardDraft.as_view(), name="draft_discard"),
]
edition = [
    path("", reading.EditionDetail.as_view(), name="edition_detail"),
    path("glossary/", reading.Glossary.as_view(), name="glossary"),
    path("withdraw/", versions.WithdrawEdition.as_view(), name="edition_withdraw"),
    path("restore/", versions.RestoreEdition.as_view(), name="edition_restore"),
    path("guidance/", versions.GuidanceList.as_view(), name="guidance_list"),
    path("guidance/<str:version>/", versions.GuidanceDetail.as_view(), name="guidance_detail"),
    path("guidance/<str:version>/file/", versions.GuidanceFile.as_view(), name="guidance_file"),
    path("guidance/<str:version>/start/", versions.StartDraft.as_view(), name="draft_start"),
    path("upload/", drafting.UploadDraft.as_view(), name="draft_upload"),
    path("draft/", include(draft)),
]
urlpatterns = [
    path("", reading.EditionList.as_view(), name="edition_list"),
    path("glossary/", reading.Glossary.as_view(), name="glossary"),
    path("publishing/", versions.Publishing.as_view(), name="publishing"),
    path("<slug:code>/", include(edition)),
]
