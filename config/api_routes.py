"""What the API offers: each app's viewsets under their names."""

from rest_framework.routers import SimpleRouter

from assessments.api_evidence import EvidenceViewSet

router = SimpleRouter()
router.register("evidence", EvidenceViewSet, basename="evidence")
