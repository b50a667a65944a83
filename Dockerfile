# The service (target `service`) and the same with PostgreSQL's client programs (target `operations`,
# for backup and restore). System packages and the locked Python packages come from dev/setup.sh, as
# everywhere.

FROM debian:bookworm-slim AS base
COPY dev/setup.sh /app/dev/setup.sh
RUN sh /app/dev/setup.sh packages && rm -rf /var/lib/apt/lists/*
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /app

FROM base AS build
COPY requirements.txt ./
COPY dev/uv.txt dev/
RUN sh dev/setup.sh production
COPY manage.py ./
COPY agencies agencies
COPY assessments assessments
COPY config config
COPY dev dev
COPY jobs jobs
COPY protection protection
COPY reports reports
COPY standards standards
COPY static static
COPY templates templates
# No secret is in the image: these values reach nothing but this command.
RUN env SECRET_KEY=none CONTEXT_KEY=none MFA_KEY=none SCANNER=none DATABASE_URL=postgres://none/none \
        REDIS_URL=redis://none python manage.py collectstatic --noinput --verbosity=0 \
    && python -m compileall -q agencies assessments config dev jobs protection reports standards

FROM base AS service
RUN useradd --uid 10001 --no-create-home --home-dir /tmp service \
    && install -d -m 0700 -o service -g service /srv/files
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "dev.processes", "web"]

# The client programs have to be of the server's version: they come from its image.
FROM postgres:18-bookworm AS operations
COPY dev/setup.sh /app/dev/setup.sh
RUN sh /app/dev/setup.sh packages && rm -rf /var/lib/apt/lists/*
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /app
RUN useradd --uid 10001 --no-create-home --home-dir /tmp service \
    && install -d -m 0700 -o service -g service /srv/files /srv/backups
COPY --from=build /app /app
USER 10001:10001
ENTRYPOINT []
CMD ["python", "-m", "dev.backup"]
