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
        "work_account": _work_account(),
    }


def _work_account() -> dict[str, str] | None:
    """The button to the agencies' own sign-in, where the service knows one."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return {"id": apps[0]["provider_id"], "name": apps[0]["name"]} if apps else None
