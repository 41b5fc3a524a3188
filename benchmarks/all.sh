#!/bin/sh
# Runs all JMH benchmarks with short settings, which takes about five minutes for each JVM, and appends to history.jsonl.
#   benchmarks/all.sh            runs all with the Vector API, then the largest with plain loops
#   benchmarks/all.sh vector     runs only the first part;  benchmarks/all.sh plain runs only the second
# JAVA_HOME chooses the JVM.
set -eu
cd "$(dirname "$0")"
short="-f 1 -wi 2 -w 1 -i 3 -r 1"
list() {
    # shellcheck disable=SC2086 # options are to be split
    ./jmh.sh $short "$@"
    export IDEAL4J_NO_BUILD=1
}
if [ "${1:-vector}" = vector ]; then
    list Peak
    list 'Products.*linear$|Rows|Resize.*resize$|Metrics'
    list 'Products.*linearGelu' -p shape=1025x384x1536
    list Attention -p heads=6 -p tokens=1025
    list 'Deviation.*erase' -p normals=1,64
    list 'Deviation.*encode' -p normals=1
    list 'VisionTransformer.*ours|Query.*score|Training'
fi
if [ "${1:-plain}" = plain ]; then
    plain="-jvmArgsAppend -Dideal4j.vector.bits=0"
    # shellcheck disable=SC2086
    list 'Products.*linear$' -p shape=1025x384x1536,1025x1536x384 $plain
    # shellcheck disable=SC2086
    list Attention -p heads=6 -p tokens=1025 $plain
    # shellcheck disable=SC2086
    list 'Deviation.*erase' -p normals=1 $plain
    # shellcheck disable=SC2086
    list 'VisionTransformer.*ours|Query.*score' -p batch=1 $plain
fi
