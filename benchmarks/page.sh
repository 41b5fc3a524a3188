#!/bin/sh
# Makes docs/performance.md and its plot from history.jsonl.
set -eu
cd "$(dirname "$0")"
. ./java.sh
exec $java -Djava.awt.headless=true -cp "$classpath" dev.ideal4j.benchmarks.PerformancePage history.jsonl ../docs/performance.md
