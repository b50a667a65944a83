from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Plug the job table into the port through which `agencies` sends its mail."""
        from agencies import outbox
        from jobs.actions import enqueue

        outbox.plug(enqueue)
