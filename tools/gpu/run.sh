#!/bin/sh
# Checks and measures a backend on this machine. Run it in the folder that pack.sh made:
#   ./run.sh [-b BACKEND] [-o OUT] [-s STEPS] [-n BATCHES] [-t SECONDS]
#     -b  cuda:0 (default), cuda:1, opencl:0, cpu, ...
#     -o  folder for logs and results (default: out); calls with the same folder add their results
#     -s  some of: info precision conformance golden bench peer sanitizer (default: all, in this order)
#     -n  batch sizes of bench and peer (default: "1 16 64")
#     -t  largest number of seconds for a program of a step (default: 540)
# It ends with a short table, and exits with 1 if a check failed. A step that cannot run here gives the reason.
set -u
cd "$(dirname "$0")" || exit 1
backend=cuda:0
out=out
steps="info precision conformance golden bench peer sanitizer"
batches="1 16 64"
limit=540
while getopts b:o:s:n:t: option; do
    case $option in
        b) backend=$OPTARG ;;
        o) out=$OPTARG ;;
        s) steps=$OPTARG ;;
        n) batches=$OPTARG ;;
        t) limit=$OPTARG ;;
        *) exit 2 ;;
    esac
done
mkdir -p "$out"
classes=$(printf '%s:' modules/*)
# PoCL's compiler replaces the signal handlers of the JVM, which can end the JVM. libjsig keeps them.
java="env LD_PRELOAD=$PWD/java/lib/libjsig.so ./java/bin/java -Xmx8g --add-modules jdk.incubator.vector -Djava.awt.headless=true"
failed=0

note() {
    printf '%-12s %s\n' "$1" "$2" | tee -a "$out/summary"
}

# within_limit COMMAND...: returns 124 or 137 if the command took too long
within_limit() {
    timeout -k 10 "$limit" "$@"
}

# tests STEP BACKEND OPTIONS...: runs tests with JUnit's console and counts them
tests() {
    step=$1
    on=$2
    shift 2
    log=$out/$step.log
    start=$(date +%s)
    # shellcheck disable=SC2086 # options are to be split
    within_limit $prefix $java -Dtest.backends="$on" -Dgolden.dir="$PWD/golden" -cp "$classes:lib/*" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=testfeed --disable-ansi-colors \
        "$@" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - start))
    case $status in
        124 | 137) note "$step" "$on: stopped after $took s; $(grep -c ':: SUCCESSFUL' "$log") lines of success in $log" ;;
        *)
            passed=$(sed -n 's/^\[ *\([0-9]*\) tests successful.*/\1/p' "$log")
            bad=$(sed -n 's/^\[ *\([0-9]*\) tests failed.*/\1/p' "$log")
            aborted=$(sed -n 's/^\[ *\([0-9]*\) tests aborted.*/\1/p' "$log")
            note "$step" "$on: ${passed:-0} passed, ${bad:-?} failed, ${aborted:-0} aborted in $took s"
            ;;
    esac
    [ $status -eq 0 ] || failed=1
}

prefix=
for step in $steps; do
    case $step in
        info)
            { nvidia-smi 2>/dev/null || echo "no nvidia-smi"; } >"$out/info.log"
            # shellcheck disable=SC2086
            within_limit $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices describe >>"$out/info.log" 2>&1 || failed=1
            grep -E '^(cuda|opencl|cpu)' "$out/info.log" | while read -r line; do note info "$line"; done
            ;;
        precision)
            case $backend in
                cuda:[0-9]*)
                    tests precision "$backend:tf32,$backend:bf16" \
                        --select-class dev.ideal4j.kernels.emulation.PrecisionTest
                    ;;
                *) note precision "not run: $backend has no lower precision" ;;
            esac
            ;;
        conformance)
            tests conformance "$backend" --select-class dev.ideal4j.kernels.conformance.ConformanceTest \
                --select-class dev.ideal4j.kernels.conformance.PropertyTest \
                --select-class dev.ideal4j.kernels.conformance.DeviceContractTest \
                --select-class dev.ideal4j.kernels.conformance.RecordingTest
            ;;
        golden)
            tests golden "$backend" --select-package dev.ideal4j.backbone --select-package dev.ideal4j.detectors \
                --include-tag golden
            ;;
        bench)
            names=$backend
            case $backend in
                cuda:[0-9]*)
                    names="$backend:bf16 $backend $backend:tf32"
                    # shellcheck disable=SC2086
                    if within_limit $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices describe 2>/dev/null |
                        grep -q "^$backend:cublas: [^n]"; then
                        names="$names $backend:bf16+cublas $backend:cublas $backend:tf32+cublas"
                    else
                        note bench "$backend:cublas not measured: see info"
                    fi
                    ;;
            esac
            for name in $names; do
                # shellcheck disable=SC2086 # sizes are to be split
                within_limit $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices measure "$name" $batches \
                    >>"$out/results.jsonl" 2>"$out/bench-$name.log"
                status=$?
                case $status in
                    0) note bench "$name: measured" ;;
                    124 | 137) note bench "$name: stopped after $limit s; earlier measurements count" ;;
                    *) note bench "$name failed: $(tail -n 1 "$out/bench-$name.log")" ;;
                esac
                [ $status -eq 0 ] || failed=1
            done
            ;;
        peer)
            if ! python3 -c 'import torch' 2>/dev/null; then
                note peer "not run: no python3 with torch on this machine"
            elif [ ! -e torch_ideal.py ]; then
                note peer "not run: torch_ideal.py was not packed"
            else
                case $backend in cuda*) device=cuda ;; *) device=cpu ;; esac
                PYTHONUNBUFFERED=1 within_limit python3 torch_ideal.py --device "$device" --golden golden \
                    --batches "$(echo "$batches" | tr ' ' ,)" >>"$out/results.jsonl" 2>"$out/peer.log"
                status=$?
                case $status in
                    0) note peer "measured" ;;
                    124 | 137) note peer "stopped after $limit s; earlier measurements count" ;;
                    *) note peer "failed: $(tail -n 1 "$out/peer.log")" && failed=1 ;;
                esac
            fi
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
        *)
            note "$step" "unknown step" && failed=1
            ;;
    esac
done

echo
cat "$out/summary"
if [ -s "$out/results.jsonl" ]; then
    echo
    # shellcheck disable=SC2086
    $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices table "$out/results.jsonl" 2>/dev/null | tee "$out/table"
fi
exit $failed
