#!/bin/sh
# Measures ideal4j against other runtimes in interleaved runs, prints a line for each and appends it to history.jsonl.
#   benchmarks/peers.sh [ROUNDS [GROUP...]]
# Groups: vit vit4 vitb djl blocks products threads linear recorded faiss coreset published=FILE
#   djl         PyTorch through the Deep Java Library, on Linux on x86-64; Maven downloads 110 MB for it
#   faiss       exact search with FAISS in Python ('pip install faiss-cpu'), with 65,536 and 1,000,000 references; 8 GB of memory
#   coreset     greedy k-centre of anomalib in Python ('pip install anomalib'), 10 % of 100,000 rows
#   published   FILE has JSON lines with times of the published code, measured by another process
# IDEAL4J_BACKEND chooses the backend, JAVA_HOME the JVM.
set -eu
cd "$(dirname "$0")"
rounds=${1:-15}
[ $# -eq 0 ] || shift
djl=
[ "$(uname -sm)" != 'Linux x86_64' ] || djl=djl
# shellcheck disable=SC2086 # may be empty
[ $# -gt 0 ] || set -- vit vit4 vitb $djl blocks products threads linear
case " $* " in
    *' djl '*) profile=-Pdjl ;;
esac
case " $* " in
    *' faiss '*) HEAP=${HEAP:-8g} ;;
esac
. ./java.sh
export DJL_CACHE_DIR="$PWD/target/djl" # the folder to which it unpacks its libraries
# shellcheck disable=SC2086 # options are to be split
exec $java -Xmx"${HEAP:-4g}" --add-modules jdk.incubator.vector $options -cp "$classpath" \
    dev.ideal4j.benchmarks.Peers "$commit" "$rounds" history.jsonl "$@"
