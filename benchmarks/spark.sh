#!/bin/sh
# Compares a cluster of Spark on this machine, with one executor and with two, and 'ideal detect'. Prints ratios; docs/spark.md has them.
#   spark.sh [IMAGES [SIDE [BEFORE]]]    JPEG images of SIDE x SIDE pixels, after BEFORE others
#   IDEAL4J_NO_BUILD=1                   uses the compiled classes without a build
set -eu
cd "$(dirname "$0")/.."
if [ -z "${IDEAL4J_NO_BUILD:-}" ]; then
    mvn -q -B -pl spark -am test-compile dependency:build-classpath -Dmaven.javadoc.skip \
        -Dmdep.outputFile=target/classpath -Dmdep.includeScope=test
fi
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath="$PWD/spark/target/classes:$PWD/spark/target/test-classes:$(cat spark/target/classpath)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What Spark's launcher gives its JVMs.
opens=$(printf ' --add-opens=java.base/%s=ALL-UNNAMED' java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio \
    java.util java.util.concurrent java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar)
$java $opens -Xmx1g --add-modules jdk.incubator.vector -cp "$classpath" dev.ideal4j.spark.ClusterBenchmark \
    "$folder" "${1:-300}" "${2:-1024}" "${3:-480}" 2>"$folder/log" || { grep -v " INFO " "$folder/log" | grep -v "^	at " | tail -n 40; exit 1; }
