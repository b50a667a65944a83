"""What the API offers: each app's viewsets under their names."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
