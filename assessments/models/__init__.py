"""How an agency says it does: the working rows, and the frozen rows of each submission."""

from assessments.models.answer import Answer
from assessments.models.assessment import Assessment, AssessmentStage
from assessments.models.assignment import ClauseAssignment
from assessments.models.comment import Comment, Mention, Thread, ThreadStage
from assessments.models.evidence import (
    OPENABLE,
    Evidence,
    EvidenceVersion,
    ScanState,
    Validity,
)
from assessments.models.guard import (
    Clearance,
    EvidenceFinding,
    EvidenceReading,
    FileDeclaration,
)
from assessments.models.hold import Hold, HoldReason
from assessments.models.improvement import Improvement, ImprovementStage
from assessments.models.link import EvidenceLink
from assessments.models.notice import About, Notice, NoticeSetting, Pace
from assessments.models.offer import Acceptance, Offer, OfferedAnswer
from assessments.models.progress import ProgressPoint
from assessments.models.revision import AnswerRevision
from assessments.models.storage import Storage, Usage
from assessments.models.submission import (
    RoundRedaction,
    SignOff,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.workflow import Progress, Status, Talk
from standards.models import EvidenceKind

__all__ = [
    "OPENABLE",
    "About",
    "Acceptance",
    "Answer",
    "AnswerRevision",
    "Assessment",
    "AssessmentStage",
    "ClauseAssignment",
    "Clearance",
    "Comment",
    "Evidence",
    "EvidenceFinding",
    "EvidenceKind",
    "EvidenceLink",
    "EvidenceReading",
    "EvidenceVersion",
    "FileDeclaration",
    "Hold",
    "HoldReason",
    "Improvement",
    "ImprovementStage",
    "Mention",
    "Notice",
    "NoticeSetting",
    "Offer",
    "OfferedAnswer",
    "Pace",
    "Progress",
    "ProgressPoint",
    "RoundRedaction",
    "ScanState",
    "SignOff",
    "Status",
    "Storage",
    "Submission",
    "SubmittedAnswer",
    "SubmittedEvidence",
    "Talk",
    "Thread",
    "ThreadStage",
    "Usage",
    "Validity",
]
