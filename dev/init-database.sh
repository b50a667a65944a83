#!/bin/sh
# Run once by PostgreSQL's image, as its superuser, when the data folder is empty: the same
# agencies/sql/bootstrap.sql as everywhere. The passwords are those in the addresses, so that they
# cannot differ. Later changes: `make db-bootstrap` (docs/operations.md).
set -eu
secrets="${SECRETS:-/run/secrets}"
script="${BOOTSTRAP_SQL:-/bootstrap.sql}"

password() {
    found=$(sed -nE '1s|^postgres(ql)?://[^:/@]+:([A-Za-z0-9_-]+)@.*$|\2|p' "$secrets/$1")
    [ -n "$found" ] || {
        echo "The secret $1 holds no address with a password of letters and digits." >&2
        exit 1
    }
    printf %s "$found"
}

PASSWORD_WEB=$(password database_url)
PASSWORD_JOB=$(password database_url_job)
PASSWORD_MIGRATOR=$(password database_url_migrate)
PASSWORD_BACKUP=$(password database_url_backup)
CONTEXT_KEY=$(cat "$secrets/context_key")
export PASSWORD_WEB PASSWORD_JOB PASSWORD_MIGRATOR PASSWORD_BACKUP CONTEXT_KEY

# As variables of psql: what stands on a command line everybody could read.
psql --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1 \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=script="$script" <<'SQL'
\getenv web PASSWORD_WEB
\getenv job PASSWORD_JOB
\getenv migrator PASSWORD_MIGRATOR
\getenv backup PASSWORD_BACKUP
\getenv key CONTEXT_KEY
SELECT set_config('bootstrap.password_web', :'web', false),
  set_config('bootstrap.password_job', :'job', false),
  set_config('bootstrap.password_migrator', :'migrator', false),
  set_config('bootstrap.password_backup', :'backup', false),
  set_config('bootstrap.context_key', :'key', false);
\i :script
SQL
