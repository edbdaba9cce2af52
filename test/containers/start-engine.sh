#!/usr/bin/env bash
# Starts a Docker engine where none answers; needs root, dockerd and iptables. DOCKER_HOST (a unix socket) and
# DOCKER_DATA (the engine's folder) are honoured. Prints the pid of an engine that it started, nothing where one answered.
set -euo pipefail

if docker version >/dev/null 2>&1; then exit 0; fi
host=${DOCKER_HOST:-unix:///var/run/docker.sock}
data=${DOCKER_DATA:-/var/lib/docker}
log="$data.log"
mkdir -p "$(dirname "$data")"
if ! command -v dockerd >/dev/null; then
  echo "dockerd is not there. Install it: apt-get install -y docker.io iptables" >&2
  exit 69
fi

# Each of these three folders would otherwise be shared with another engine on this machine.
nohup dockerd --host "$host" --data-root "$data" --exec-root "$data/exec" --pidfile "$data.pid" >"$log" 2>&1 &
pid=$!
for _ in $(seq 300); do
  if docker version >/dev/null 2>&1; then
    echo "$pid"
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
kill "$pid" 2>/dev/null || true
echo "dockerd does not answer on $host; the end of its log:" >&2
tail -20 "$log" >&2
exit 69
