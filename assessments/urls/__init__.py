"""Addresses below /assessments/."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from assessments.views import (
    accepting,
    answering,
    carrying,
    commenting,
    cycles,
    gaps,
    handing_over,
    improving,
    listing,
    offering,
    overview,
    search,
    sheets,
    signoff,
    table,
    team,
)


class CodeConverter(StringConverter):
    """The code of a clause or a standard, such as 4.11 or S4."""

    regex = "[0-9A-Za-z.]{1,10}"


app_name = "assessments"
register_converter(CodeConverter, "clause")

of_one = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("progress/", overview.ProgressView.as_view(), name="progress"),
    path("evidence-gaps/", gaps.GapsView.as_view(), name="gaps"),
    path("carried-over/", carrying.CarriedView.as_view(), name="carried"),
    path("compare/", cycles.CyclesView.as_view(), name="cycles"),
    path("rename/", listing.RenameView.as_view(), name="rename"),
    path("archive/", listing.ArchiveView.as_view(), name="archive"),
    path("restore/", listing.RestoreView.as_view(), name="restore"),
    path("delete/", listing.DeleteView.as_view(), name="delete"),
    path("standards/<clause:code>/", overview.StandardView.as_view(), name="standard"),
    path("standards/<clause:code>/table/", table.TableView.as_view(), name="table"),
    path("clauses/<clause:code>/", answering.ClauseView.as_view(), name="clause"),
    path("clauses/<clause:code>/autosave/", answering.AutosaveView.as_view(), name="autosave"),
    path("clauses/<clause:code>/", include("assessments.urls.history")),
    path("clauses/<clause:code>/comments/", commenting.CommentsView.as_view(), name="comments"),
    path("clauses/<clause:code>/confirm/", carrying.ConfirmView.as_view(), name="confirm"),
    path("clauses/<clause:code>/earlier/", carrying.EarlierView.as_view(), name="earlier"),
    path("clauses/<clause:code>/offered/", accepting.OfferedView.as_view(), name="offered"),
    path("clauses/<clause:code>/offered/stop/", accepting.StopView.as_view(), name="offered_stop"),
    path("offer/", offering.OfferPublishView.as_view(), name="offer_publish"),
    path("clauses/<clause:code>/assign/", team.AssignView.as_view(), name="assign"),
    path("clauses/<clause:code>/plan/", improving.PlanAddView.as_view(), name="plan_add"),
    path("plan/", improving.PlanView.as_view(), name="plan"),
    path("spreadsheet/", sheets.SheetView.as_view(), name="sheet"),
    path("spreadsheet/file/", sheets.SheetFileView.as_view(), name="sheet_file"),
    path("spreadsheet/import/", sheets.SheetImportView.as_view(), name="sheet_import"),
    path("team/", team.TeamView.as_view(), name="team"),
    path("check/", signoff.CheckView.as_view(), name="check"),
    path("sign-off/", signoff.SignOffView.as_view(), name="sign_off"),
    path("reopen/", signoff.ReopenView.as_view(), name="reopen"),
    path("submit/", signoff.SubmitView.as_view(), name="submit"),
    path("withdraw/", signoff.WithdrawView.as_view(), name="withdraw"),
    path("submissions/<int:round>/", signoff.SubmissionView.as_view(), name="submission"),
]

urlpatterns = [
    path("", listing.AssessmentListView.as_view(), name="list"),
    path("start/", listing.StartView.as_view(), name="start"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("mine/", team.MineView.as_view(), name="mine"),
    path("actions/", include("assessments.urls.improving")),
    path("comments/", include("assessments.urls.commenting")),
    path("notices/", include("assessments.urls.noticing")),
    path("hand-over/<uuid:pk>/", handing_over.HandOverView.as_view(), name="hand_over"),
    path("offers/", include("assessments.urls.offering")),
    path("<uuid:pk>/", include(of_one)),
    path("evidence/", include("assessments.urls.evidence")),
    path("personal-data/", include("assessments.urls.guarding")),
]
