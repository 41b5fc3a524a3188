#!/bin/sh
# Runs the JMH benchmarks; arguments go to JMH.
#   benchmarks/jmh.sh Products -p shape=1025x384x1536
set -eu
cd "$(dirname "$0")"
(cd .. && mvn -q -pl benchmarks -am package -DskipTests -Dmaven.javadoc.skip=true)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" --add-modules jdk.incubator.vector -cp "target/classes:$(cat target/classpath)" org.openjdk.jmh.Main "$@"
