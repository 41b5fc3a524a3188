#!/bin/sh
# Measures us beside ONNX Runtime in interleaved runs and appends a JSON line per comparison to history.jsonl.
#   benchmarks/peers.sh [ROUNDS]      IDEAL4J_BACKEND chooses the backend, JAVA_HOME the JVM
set -eu
cd "$(dirname "$0")"
(cd .. && mvn -q -pl benchmarks -am package -DskipTests -Dmaven.javadoc.skip=true)
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -Xmx4g --add-modules jdk.incubator.vector -cp "target/classes:$(cat target/classpath)" \
    dev.ideal4j.benchmarks.Peers "$commit" "${1:-15}" history.jsonl
