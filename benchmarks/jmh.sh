#!/bin/sh
# Runs the JMH benchmarks and appends their results to history.jsonl. Arguments are passed to JMH.
#   benchmarks/jmh.sh Products -p shape=1025x384x1536
#   benchmarks/jmh.sh Products -jvmArgsAppend -Dideal4j.vector.bits=0     uses plain loops instead of the Vector API
set -eu
cd "$(dirname "$0")"
. ./java.sh
$java --add-modules jdk.incubator.vector -cp "$classpath" org.openjdk.jmh.Main \
    -jvmArgsPrepend "$options" -rf json -rff target/jmh.json "$@"
$java -cp "$classpath" dev.ideal4j.benchmarks.JmhResults "$commit" target/jmh.json history.jsonl
