#!/bin/sh
# As the public image does it: an empty data folder is initialised from POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB;
# a command that begins with `postgres` runs the server as the user postgres.
set -e
bin=$(echo /usr/lib/postgresql/*/bin)
export PATH="$bin:$PATH" PGDATA="${PGDATA:-/var/lib/postgresql/data}"
user=${POSTGRES_USER:-postgres}
mkdir -p "$PGDATA"
chown postgres:postgres "$PGDATA"
chmod 700 "$PGDATA"
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?is needed to initialise the database}"
  password=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
  chown postgres "$password"
  as_postgres initdb --username="$user" --pwfile="$password" --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  rm "$password"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # Reachable for nobody while it is not yet what it shall be.
  as_postgres pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    as_postgres createdb -h /var/run/postgresql --username="$user" "${POSTGRES_DB:-$user}"
  fi
  as_postgres pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
fi
mkdir -p /var/run/postgresql
chown postgres:postgres /var/run/postgresql
command=$1
shift
exec setpriv --reuid=postgres --regid=postgres --init-groups "$command" -c listen_addresses='*' "$@"
