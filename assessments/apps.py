from django.apps import AppConfig
from django.core.checks import register


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments.scanning import check_scanner

        register(check_scanner)
