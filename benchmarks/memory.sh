#!/bin/sh
# Measures the memory of scoring with the launcher, and appends it to history.jsonl.
set -eu
cd "$(dirname "$0")"
. ./java.sh
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
$java -cp "$classpath" dev.ideal4j.benchmarks.ScoringMemory "$commit" history.jsonl ../ideal "$folder"
