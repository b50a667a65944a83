from django.apps import AppConfig
from django.core.checks import Tags, register


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from agencies.leaving import Handover, handovers
        from assessments.holdings import held_in_words
        from assessments.scanning import check_answer, check_scanner

        register(check_scanner)
        register(check_answer, Tags.security, deploy=True)
        handovers.append(Handover("assessments:hand_over", held_in_words))
