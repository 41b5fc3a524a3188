#!/bin/sh
# Checks and measures a backend on this machine within a time limit. Run it in the folder that pack.sh made:
#   ./run.sh [-b BACKEND] [-o OUT] [-s STEPS] [-n BATCHES] [-T SECONDS]
#     -b  cuda:0 (default), cuda:1, opencl:0, cpu, ...
#     -o  folder for logs, results.jsonl, the table and results.tgz (default: out); calls with the same folder add their results
#     -s  some of: info kernels peer precision bench conformance golden peers sanitizer (default: all, in this order)
#     -n  batch sizes of bench and peer (default: "1 64")
#     -T  seconds for the whole call (default: 500); the limit of each program shrinks and grows with it
# The steps that tell most come first. Each program is a process of its own with a limit, so that one that hangs costs its limit
# and not the run. It ends with a short table. A step that cannot run here gives the reason.
# It exits with 1 if a check failed or was stopped at its limit, which shows nothing, or if a measurement failed. A measurement
# that was stopped keeps the lines that it has printed. That, and what was not run, leaves the exit code at 0.
set -u
begin=$(date +%s)
cd "$(dirname "$0")" || exit 2
backend=cuda:0
out=out
steps="info kernels peer precision bench conformance golden peers sanitizer"
batches="1 64"
total=500
usage() {
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
while getopts b:o:s:n:T: option; do
    case $option in
        b) backend=$OPTARG ;;
        o) out=$OPTARG ;;
        s) steps=$OPTARG ;;
        n) batches=$OPTARG ;;
        T) total=$OPTARG ;;
        *) usage ;;
    esac
done
case $total in '' | *[!0-9]*) echo "run.sh: -T: found $total, expected seconds" >&2 && usage ;; esac
for step in $steps; do
    case $step in
        info | kernels | peer | precision | bench | conformance | golden | peers | sanitizer) ;;
        *) echo "run.sh: -s: found $step, expected some of the steps below" >&2 && usage ;;
    esac
done
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)
classes=$(printf '%s:' modules/*)

# The driver is often mounted where only its own container tools look.
driver=$(ldconfig -p 2>/dev/null | sed -n 's/.*libcuda\.so\.1 .*=> //p' | head -n 1)
[ -n "$driver" ] || driver=$(find /usr/local/nvidia /usr/lib /usr/lib64 -name libcuda.so.1 2>/dev/null | head -n 1)
for library in "$driver" $(find /usr/local/cuda*/lib64 -maxdepth 1 \( -name 'libnvrtc.so.1?' -o -name 'libcublas.so.1?' \) 2>/dev/null); do
    [ -z "$library" ] || LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$(dirname "$library")
done
[ -z "${LD_LIBRARY_PATH:-}" ] || export LD_LIBRARY_PATH
# What the driver compiles is kept for the next process, also where the home folder cannot be written.
CUDA_CACHE_PATH=${CUDA_CACHE_PATH:-$(mktemp -d)}
export CUDA_CACHE_PATH PYTHONUNBUFFERED=1

# PoCL's compiler replaces the signal handlers of the JVM, which can end the JVM. libjsig keeps them.
java="env LD_PRELOAD=$PWD/java/lib/libjsig.so ./java/bin/java -Xmx8g --add-modules jdk.incubator.vector -Djava.awt.headless=true -Dideal4j.kernel.cache=$CUDA_CACHE_PATH ${JAVA_ADDED:-}"
failed=0
prefix=

note() {
    printf '%4d s  %-12s %s\n' $(($(date +%s) - begin)) "$1" "$2" | tee -a "$out/summary"
}

# name WORDS...: as files are named everywhere
name() {
    echo "$*" | tr -c 'A-Za-z0-9.\n-' _
}

# within SECONDS COMMAND...: 124 or 137 if the command took too long; 125 if no time is left
within() {
    left=$((total - 20 - ($(date +%s) - begin))) # 5 s to kill a program, 10 s for the table
    [ $left -ge 5 ] || return 125
    limit_here=$(($1 * total / 500))
    [ $limit_here -ge 5 ] || limit_here=5
    [ $limit_here -lt $left ] && left=$limit_here
    shift
    timeout -k 5 "$left" "$@"
}

# outcome STATUS SECONDS: in words; fails unless the status is 0
outcome() {
    case $1 in
        0) echo "done in $2 s" ;;
        124 | 137) echo "stopped after $2 s" ;;
        125) echo "not run: no time left" ;;
        *) echo "failed in $2 s" ;;
    esac
    [ "$1" -eq 0 ]
}

# tests SECONDS LABEL BACKENDS OPTIONS...: runs tests with JUnit's console and counts them
tests() {
    limit=$1
    label=$2
    on=$3
    shift 3
    log=$out/$(name "$label" "$on").log
    start=$(date +%s)
    # shellcheck disable=SC2086 # options are to be split
    within "$limit" $prefix $java -Dtest.backends="$on" -Dgolden.dir="$PWD/golden" -Dideal4j.poison=true ${defined:-} \
        -cp "$classes:lib/*" org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=testfeed \
        --disable-ansi-colors "$@" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - start))
    said=$(outcome $status $took)
    good=$?
    passed=$(grep -c ':: SUCCESSFUL' "$log")
    bad=$(grep -c ':: FAILED' "$log")
    aborted=$(grep -c ':: ABORTED' "$log")
    [ $status -eq 125 ] || said="$said; $passed passed, $bad failed, $aborted aborted"
    note "$label" "$on: $said"
    [ $good -eq 0 ] || [ $status -eq 125 ] || failed=1
}

# measured SECONDS LABEL LOG COMMAND...: adds what the command prints to the results
measured() {
    limit=$1
    label=$2
    log=$out/$(name "$3").log
    shift 3
    start=$(date +%s)
    within "$limit" "$@" >>"$out/results.jsonl" 2>"$log"
    status=$?
    took=$(($(date +%s) - start))
    said=$(outcome $status $took) || case $status in 124 | 125 | 137) ;; *) failed=1 ;; esac
    case $said in failed*) said="$said: $(tail -n 1 "$log")" ;; esac
    note "$label" "$(basename "$log" .log): $said"
}

# Only looks for torch. Importing it takes seconds, which count in the limit of the step that does it.
has_torch() {
    if ! timeout 10 python3 -c 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)' 2>/dev/null; then
        note "$1" "not run: no python3 with torch on this machine"
    elif [ ! -e torch_ideal.py ]; then
        note "$1" "not run: torch_ideal.py was not packed"
    else
        return 0
    fi
    return 1
}

for step in $steps; do
    case $step in
        info)
            { timeout 10 nvidia-smi 2>/dev/null || echo "no nvidia-smi"; timeout 10 nvidia-smi -q -d CLOCK 2>/dev/null | head -n 40
                uname -a; cat commit; echo "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}"; } >"$out/info.log"
            # shellcheck disable=SC2086
            within 30 $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices describe >>"$out/info.log" 2>&1 || failed=1
            grep -E '^(cuda|opencl|cpu)' "$out/info.log" | while read -r line; do note info "$line"; done
            ;;
        kernels)
            case $backend in
                cuda:[0-9]*)
                    for file in gemm_wgmma gemm_mma attention block_products block_attention block_attention_128 block_layernorm \
                        neighbours eraser layernorm peak_wgmma peak_mma; do
                        defined="-Dtrials.source=$file.cu -Dtrials.device=$backend"
                        tests 60 "kernels $file" "$backend" --select-class dev.ideal4j.kernels.emulation.DeviceTrialsTest
                        defined=
                    done
                    ;;
                *) note kernels "not run: $backend has no kernels of its own beside the portable ones" ;;
            esac
            ;;
        peer)
            has_torch peer || continue
            case $backend in cuda*) device=cuda ;; *) device=cpu ;; esac
            for batch in $batches; do
                measured $([ $device = cuda ] && echo 75 || echo 20) peer "peer $batch" python3 peer.py torch_ideal.py "$device" "$batch"
            done
            ;;
        precision)
            case $backend in
                cuda:[0-9]*)
                    defined="-Dtrials.device=$backend"
                    tests 60 precision "$backend:tf32,$backend:bf16" \
                        --select-class dev.ideal4j.kernels.emulation.PrecisionTest \
                        --select-class dev.ideal4j.kernels.emulation.BlocksTest
                    defined=
                    ;;
                *) note precision "not run: $backend has no lower precision" ;;
            esac
            ;;
        bench)
            names=$backend
            case $backend in
                cuda:[0-9]*)
                    # Those with cuBLAS come last, because they call a library that is not ours.
                    names=
                    for variant in :bf16+blocks128 :bf16+blocks :bf16 "" :tf32 :bf16+cublas :tf32+cublas; do
                        if [ -z "$variant" ] || grep -q "^$backend$variant: [^n]" "$out/info.log" 2>/dev/null; then
                            names="$names $backend$variant"
                        else
                            note bench "$backend$variant not measured: see info"
                        fi
                    done
                    ;;
            esac
            for each in $names; do
                for batch in $batches; do
                    # shellcheck disable=SC2086
                    measured 100 bench "bench $each $batch" $java -cp "$classes:lib/*" \
                        dev.ideal4j.benchmarks.Devices measure "$each" "$batch"
                done
            done
            ;;
        conformance)
            for class in ConformanceTest RecordingTest DeviceContractTest PropertyTest; do
                tests 150 "conformance $class" "$backend" --select-class "dev.ideal4j.kernels.conformance.$class"
            done
            ;;
        golden)
            tests 200 golden "$backend" --select-package dev.ideal4j.backbone --select-package dev.ideal4j.detectors \
                --include-tag golden
            ;;
        peers)
            has_torch peers || continue
            case $backend in cuda*) device=cuda ;; *) device=cpu ;; esac
            # It checks its computation against a fixture that is packed only from a folder that has it.
            measured $([ $device = cuda ] && echo 300 || echo 20) peers peers python3 torch_ideal.py --device "$device" \
                $([ ! -e golden/ideal/ideal_n1a1.safetensors ] || echo --golden golden) --batches "$(echo "$batches" | tr ' ' ,)"
            ;;
        sanitizer)
            if ! command -v compute-sanitizer >/dev/null; then
                note sanitizer "not run: no compute-sanitizer on this machine"
                continue
            fi
            for file in attention gemm_mma neighbours eraser; do
                prefix="compute-sanitizer --tool memcheck --target-processes all --error-exitcode 9"
                defined="-Dtrials.source=$file.cu -Dtrials.device=$backend -Dtrials.small=true"
                tests 100 "memcheck $file" "$backend" --select-class dev.ideal4j.kernels.emulation.DeviceTrialsTest
                defined=
                prefix=
                grep -h 'ERROR SUMMARY' "$out/$(name "memcheck $file" "$backend").log" | sed 's/^=* *//' |
                    while read -r line; do note "memcheck" "$line"; done
            done
            ;;
    esac
done

echo
if [ -s "$out/results.jsonl" ]; then
    # shellcheck disable=SC2086
    timeout 10 $java -cp "$classes:lib/*" dev.ideal4j.benchmarks.Devices table "$out/results.jsonl" >"$out/table" 2>/dev/null
fi
cat "$out/summary"
[ ! -s "$out/table" ] || { echo && cat "$out/table"; }
archive=$(mktemp) # not in the folder that it packs
tar -czf "$archive" -C "$out" --exclude=./results.tgz . && mv "$archive" "$out/results.tgz"
exit $failed
