#!/bin/sh
# Measures the portable kernels against the CPU backend, and prints a line for each file of kernels.
#   benchmarks/kernels.sh [BACKEND [FILE...]]    for example opencl local-pca
set -eu
cd "$(dirname "$0")"
. ./java.sh
[ $# -gt 0 ] || set -- opencl
jsig=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/lib/libjsig.so
# shellcheck disable=SC2086 # options are to be split
LD_PRELOAD=$jsig exec $java -Xmx4g --add-modules jdk.incubator.vector $options -cp "$classpath" \
    dev.ideal4j.benchmarks.KernelFigures "$@"
