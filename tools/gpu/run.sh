#!/bin/sh
# Checks and measures a backend on this machine, from the folder that pack.sh made:
#   ./run.sh [-b BACKEND] [-o OUT] [-s STEPS]
#     -b  cuda:0 (default), cuda:1, opencl:0, cpu, ...
#     -o  folder for logs and results (default: out)
#     -s  some of: info conformance golden sanitizer bench peer (default: all)
#     -n  batch sizes of bench and peer (default: "1 16 64")
# Ends with a short table; exits with 1 if a check failed. A step that cannot run here says why.
set -u
cd "$(dirname "$0")" || exit 1
backend=cuda:0
out=out
steps="info conformance golden sanitizer bench peer"
batches="1 16 64"
while getopts b:o:s:n: option; do
    case $option in
        b) backend=$OPTARG ;;
        o) out=$OPTARG ;;
        s) steps=$OPTARG ;;
        n) batches=$OPTARG ;;
        *) exit 2 ;;
    esac
done
mkdir -p "$out"
rm -f "$out/summary" "$out/results.jsonl"
classes=$(printf '%s:' modules/*)
java="./java/bin/java -Xmx8g --add-modules jdk.incubator.vector -Djava.awt.headless=true"
failed=0

note() {
    printf '%-12s %s\n' "$1" "$2" | tee -a "$out/summary"
}

# tests STEP BACKEND OPTIONS...: runs tests by JUnit's console, counts them
tests() {
    step=$1
    on=$2
    shift 2
    log=$out/$step.log
    # shellcheck disable=SC2086 # options are to be split
    $prefix $java -Dtest.backends="$on" -Dgolden.dir="$PWD/golden" -cp "$classes:lib/*" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=tree --disable-ansi-colors \
        "$@" >"$log" 2>&1
    status=$?
    passed=$(sed -n 's/^\[ *\([0-9]*\) tests successful.*/\1/p' "$log")
    bad=$(sed -n 's/^\[ *\([0-9]*\) tests failed.*/\1/p' "$log")
    aborted=$(sed -n 's/^\[ *\([0-9]*\) tests aborted.*/\1/p' "$log")
    note "$step" "$on: ${passed:-0} passed, ${bad:-?} failed, ${aborted:-0} aborted"
    [ $status -eq 0 ] || failed=1
}

prefix=
for step in $steps; do
    case $step in
        info)
            { nvidia-smi 2>/dev/null || echo "no nvidia-smi"; } >"$out/info.log"
            $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices describe >>"$out/info.log" 2>&1 || failed=1
            grep -E '^(cuda|opencl|cpu)' "$out/info.log" | while read -r line; do note info "$line"; done
            ;;
        conformance)
            tests conformance "$backend" --select-package dev.ideal4j.kernels.conformance
            ;;
        golden)
            tests golden "$backend" --select-package dev.ideal4j.backbone --select-package dev.ideal4j.detectors \
                --include-tag golden
            ;;
        sanitizer)
            if ! command -v compute-sanitizer >/dev/null; then
                note sanitizer "not run: no compute-sanitizer on this machine"
                continue
            fi
            for tool in memcheck racecheck; do
                prefix="compute-sanitizer --tool $tool --target-processes all --error-exitcode 9"
                tests "$tool" "$backend" --select-class dev.ideal4j.kernels.conformance.PropertyTest
                grep -h 'ERROR SUMMARY\|RACECHECK SUMMARY' "$out/$tool.log" | sed 's/^=* *//' |
                    while read -r line; do note "$tool" "$line"; done
                prefix=
            done
            ;;
        bench)
            names=$backend
            case $backend in
                cuda:[0-9]*) names="$backend $backend:tf32 $backend:bf16" ;;
            esac
            for name in $names; do
                # shellcheck disable=SC2086 # sizes are to be split
                $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices measure "$name" $batches \
                    >>"$out/results.jsonl" 2>"$out/bench.log" || { note bench "$name failed: $(tail -n 1 "$out/bench.log")" && failed=1; }
            done
            ;;
        peer)
            if ! python3 -c 'import torch' 2>/dev/null; then
                note peer "not run: this machine's python3 has no torch"
            elif [ ! -e torch_ideal.py ]; then
                note peer "not run: torch_ideal.py was not packed"
            else
                case $backend in cuda*) device=cuda ;; *) device=cpu ;; esac
                python3 torch_ideal.py --device "$device" --golden golden \
                    --batches "$(echo "$batches" | tr ' ' ,)" >>"$out/results.jsonl" 2>"$out/peer.log" ||
                    { note peer "failed: $(tail -n 1 "$out/peer.log")" && failed=1; }
            fi
            ;;
        *)
            note "$step" "unknown step" && failed=1
            ;;
    esac
done

echo
cat "$out/summary"
if [ -s "$out/results.jsonl" ]; then
    python3 table.py "$out/results.jsonl" 2>/dev/null | tee "$out/table" || cat "$out/results.jsonl"
fi
exit $failed
