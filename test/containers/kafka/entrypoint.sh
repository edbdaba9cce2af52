#!/bin/sh
# As the public image does it: KAFKA_* variables become server.properties through Kafka's own wrapper.
set -e
mkdir -p /opt/kafka/config/default /opt/kafka/config/mounted /opt/kafka/config/final "${KAFKA_LOG_DIRS:-/var/lib/kafka/data}"
: >/opt/kafka/config/default/server.properties
for file in log4j2.yaml tools-log4j2.yaml; do
  cat >"/opt/kafka/config/default/$file" <<'YAML'
Configuration:
  Properties:
    Property: []
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "[%d] %p %m (%c)%n"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        - ref: STDOUT
    Logger: []
YAML
done
export CLUSTER_ID="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}"
# A container that starts again finds its storage formatted; that is no failure.
said=$(java -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /opt/kafka/config/default \
  --mounted-configs-dir /opt/kafka/config/mounted \
  --final-configs-dir /opt/kafka/config/final 2>&1) ||
  echo "$said" | grep -qi 'already formatted' ||
  { echo "$said"; exit 1; }
exec java ${KAFKA_HEAP_OPTS:--Xmx1G} -Dlog4j2.configurationFile=/opt/kafka/log4j2.properties \
  -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/final/server.properties
