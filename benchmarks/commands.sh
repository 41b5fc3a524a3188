#!/bin/sh
# Measures whole commands with the launcher, beside the forward passes that they need, and appends to history.jsonl.
#   benchmarks/commands.sh [BACKBONE [IMAGES [SIDE [ROUNDS]]]]     JPEG images of SIDE x SIDE pixels
# IDEAL4J_JAVA_OPTIONS="-XX:..." gives the commands other options.
set -eu
cd "$(dirname "$0")"
. ./java.sh
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
# shellcheck disable=SC2086 # options are to be split
IDEAL4J_NO_BUILD=1 $java --add-modules jdk.incubator.vector -XX:+UseSerialGC -XX:MaxNewSize=96m $options -cp "$classpath" \
    dev.ideal4j.benchmarks.WholeCommands "$commit" history.jsonl ../ideal "$folder" \
    "${1:-random:dinov2_vits14}" "${2:-100}" "${3:-1024}" "${4:-3}"
