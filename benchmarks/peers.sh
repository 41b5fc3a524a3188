#!/bin/sh
# Measures us beside others in interleaved runs, prints a line each and appends it to history.jsonl.
#   benchmarks/peers.sh [ROUNDS [GROUP...]]    groups: vit vit4 vitb products threads linear blocks recorded published=FILE
# IDEAL4J_BACKEND chooses the backend, JAVA_HOME the JVM.
set -eu
cd "$(dirname "$0")"
. ./java.sh
rounds=${1:-15}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- vit vit4 vitb blocks products threads linear
# shellcheck disable=SC2086 # options are to be split
exec $java -Xmx4g --add-modules jdk.incubator.vector $options -cp "$classpath" \
    dev.ideal4j.benchmarks.Peers "$commit" "$rounds" history.jsonl "$@"
