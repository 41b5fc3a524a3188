#!/bin/sh
# Small defects in generated scans of 8000×2000 pixels: misses at 5 % false alarms, time and memory, squeezed and in tiles.
#   benchmarks/scans.sh METHOD squeezed|SIDE aligned|everywhere OVERLAP SCALE SCANS CORESET SEED...
set -eu
cd "$(dirname "$0")"
. ./java.sh
$java -Xmx"${HEAP:-900m}" -XX:+UseSerialGC -XX:MaxNewSize=96m --add-modules jdk.incubator.vector $options -cp "$classpath" dev.ideal4j.benchmarks.ScanBenchmark "$@"
