#!/usr/bin/env bash
# Builds toofan-test/kafka, toofan-test/postgres and toofan-test/redis for an engine that cannot pull the public images:
# Debian packages by debootstrap, Kafka's jars by Maven, the environment contract of the public images by the
# entrypoints beside this file; toofan-test/prometheus where this machine has one. `build-images.sh shop` adds what
# `toofan up --shop` starts besides: toofan-test/simulators and toofan-test/toxiproxy, the latter by Go.
# Needs root, debootstrap, Maven and an engine that answers. What is up to date is kept.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
suite=${DEBIAN_SUITE:-bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=redis-server,postgresql,openjdk-17-jre-headless

digest() { sha256sum | cut -c1-12; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

base=toofan-test/base:$(echo "$suite $packages" | cat - "$project/pom.xml" | digest)
if ! docker image inspect "$base" >/dev/null 2>&1; then
  debootstrap --variant=minbase --include="$packages" "$suite" "$work/root" "$mirror" >"$work/log" 2>&1 ||
    { tail -20 "$work/log" >&2; exit 69; }
  rm -rf "$work/root/var/cache/apt" "$work/root/var/lib/apt/lists" "$work/root/usr/share/doc" "$work/root/usr/share/locale"
  mvn -q -B -f "$project/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/root/opt/kafka/libs"
  tar -C "$work/root" -c . | docker import - "$base" >/dev/null
  rm -rf "$work/root"
fi

build() { # name, entrypoint or nothing, programs that it copies…; the rest of the Dockerfile on standard input
  local context="$work/$1"
  mkdir -p "$context"
  { echo "FROM $base"; cat; } >"$context/Dockerfile"
  if [ -n "$2" ]; then install -m 755 "$2" "$context/entrypoint.sh"; fi
  if [ $# -gt 2 ]; then cp -RL "${@:3}" "$context/"; fi
  install -m 644 "$project/harness/stack/local/log4j2.properties" "$context/log4j2.properties"
  DOCKER_BUILDKIT=0 docker build -q -t "toofan-test/$1" "$context" 2>/dev/null
}

build kafka "$here/kafka/entrypoint.sh" <<'DOCKERFILE'
COPY entrypoint.sh log4j2.properties /opt/kafka/
ENTRYPOINT ["/opt/kafka/entrypoint.sh"]
VOLUME /var/lib/kafka/data
DOCKERFILE

build postgres "$here/postgres/entrypoint.sh" <<'DOCKERFILE'
COPY entrypoint.sh /opt/postgres/
ENTRYPOINT ["/opt/postgres/entrypoint.sh"]
CMD ["postgres"]
VOLUME /var/lib/postgresql
DOCKERFILE

build redis '' <<'DOCKERFILE'
CMD ["redis-server"]
VOLUME /data
WORKDIR /data
DOCKERFILE

if prometheus=$(command -v prometheus) && promtool=$(command -v promtool); then
  build prometheus '' "$prometheus" "$promtool" <<'DOCKERFILE'
COPY prometheus promtool /bin/
ENTRYPOINT ["/bin/prometheus"]
DOCKERFILE
fi

if [ "${1:-}" = shop ]; then
  build node '' "$(node -p process.execPath)" <<'DOCKERFILE'
COPY node /usr/local/bin/
RUN useradd --create-home node
DOCKERFILE
  # What compose/Dockerfile runs in the image is run here: the image has no npm.
  context="$work/simulators"
  mkdir -p "$context"
  cp -R "$project/package.json" "$project/package-lock.json" "$project/simulators" "$context/"
  (cd "$context" && eval "$(sed -n 's/^RUN //p' "$project/compose/Dockerfile")" >/dev/null)
  sed 's/^RUN .*/COPY node_modules node_modules/' "$project/compose/Dockerfile" >"$context/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t toofan-test/simulators --build-arg NODE_IMAGE=toofan-test/node "$context" 2>/dev/null
  for program in server cli; do
    GOBIN="$work" GOFLAGS=-buildvcs=false go install "github.com/Shopify/toxiproxy/v2/cmd/$program@v2.12.0"
  done
  build toxiproxy '' "$work/server" "$work/cli" <<'DOCKERFILE'
COPY server /toxiproxy
COPY cli /toxiproxy-cli
ENTRYPOINT ["/toxiproxy"]
DOCKERFILE
fi
