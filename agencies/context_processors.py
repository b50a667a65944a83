"""What every page may use."""

from django.conf import settings
from django.http import HttpRequest

from agencies.uploads import most_megabytes


def service(request: HttpRequest) -> dict[str, object]:
    """The service's name and where to ask; free of queries, since error pages use it too."""
    return {
        "service_name": settings.SERVICE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "upload_megabytes": most_megabytes(),
    }
