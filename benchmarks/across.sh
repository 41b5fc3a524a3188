#!/bin/sh
# Trains IDEAL and NAGL on two of the three sets of docs/real-images.md and tests on the third, three ways round.
#   benchmarks/across.sh DATA WEIGHTS OUT [SEED...]     seeds of the trainings (default: 17 18 19)
# DATA holds ball-screw, pcb and magnetic-tile. A run that was stopped goes on if it is started again. The last epoch of a training is
# tested, because the best one would be chosen on the test images.
#   METHODS EPOCHS EPISODES SHOTS DRAWS    methods, epochs, episodes each, normal references in the test, seeds of these references
set -eu
data=$1
weights=$2
out=$3
shift 3
[ $# -gt 0 ] || set -- 17 18 19
ideal=$(dirname "$0")/../ideal
sets="ball-screw pcb magnetic-tile"
root=$out/data
shots=${SHOTS:-1 4}
draws=${DRAWS:-0 1 2 3 4}

# A product with masks in the layout of MVTec AD.
product() {
    mkdir -p "$2/test" "$2/ground_truth"
    cp -r "$1/good" "$2/test/good"
    chmod -R u+w "$2"
    mkdir "$2/test/defect"
    cp "$1/$3"/*.jpg "$2/test/defect"
    "$ideal" labels convert --labels "$1/$3" --out "$2/ground_truth/defect" "$1/$3"
}

if [ ! -e "$out/made" ]; then
    rm -rf "$root"
    mkdir -p "$root/products"
    for name in $sets; do cp -r "$data/$name" "$root/$name"; done
    chmod -R u+w "$root" # the copies of a read-only folder
    product "$data/ball-screw" "$root/products/ball-screw" pitting
    product "$data/pcb" "$root/products/pcb" defective
    cp -r "$root/magnetic-tile/tile" "$root/products/magnetic-tile"
    for target in $sets; do
        for name in $sets; do
            [ "$name" = "$target" ] && continue
            mkdir -p "$root/without-$target"
            cp -r "$root/products/$name" "$root/without-$target/$name"
        done
    done
    touch "$out/made"
fi

# shellcheck disable=SC2086 # lists are to be split
"$ideal" survey --data-root "$root" --target $sets --backbone "$weights" --detectors ideal --a-shot 0 1 --n-shot $shots --seed $draws \
    --out "$out/untrained"
for target in $sets; do
    for method in ${METHODS:-ideal nagl}; do
        for seed in "$@"; do
            run=$out/$method-$seed-$target
            "$ideal" train --data-root "$root" --source "without-$target" --target "$target" --backbone "$weights" \
                --detector "$method" --epochs "${EPOCHS:-4}" --episodes "${EPISODES:-320}" --seed "$seed" \
                --cache "$out/features" --out "$run" --resume
            # shellcheck disable=SC2086 # lists are to be split
            "$ideal" survey --data-root "$root" --target "$target" --backbone "$weights" \
                --detectors "$method=$run/last.safetensors" --a-shot 1 --n-shot $shots --seed $draws --out "$run-tested"
        done
    done
done
