#!/bin/sh
# Packs what a machine with a GPU needs to check and measure ideal4j: a Java runtime, jars, tests, fixtures, the PyTorch peer.
# Nothing needs to be installed there but NVIDIA's driver (or an OpenCL one).
#   tools/gpu/pack.sh [OUT.tar.gz]      default: target/ideal4j-gpu.tar.gz
#   GOLDEN=FOLDER    all fixtures (default: ../shared/golden where it exists, else the small ones in the repository)
#   PEER=FILE        torch_ideal.py (default: ../shared/peers/torch_ideal.py where it exists)
#   MVN=COMMAND      Maven (default: mvn)
set -eu
cd "$(dirname "$0")/../.."
out=${1:-target/ideal4j-gpu.tar.gz}
golden=${GOLDEN:-../shared/golden}
peer=${PEER:-../shared/peers/torch_ideal.py}
[ -d "$golden" ] || golden=core/src/test/resources/golden
mvn=${MVN:-mvn}
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/ideal4j-gpu
mkdir -p "$pack/lib" "$pack/modules"

echo "pack: building" >&2
# One call: Maven finds the modules among themselves only while it packages them. The ONNX peer is large and not for GPUs.
$mvn -q -B package dependency:copy-dependencies -DskipTests -Dmaven.javadoc.skip=true -Dmaven.source.skip=true \
    -Dspotless.check.skip=true -DincludeScope=test -DoutputDirectory="$pack/lib" \
    -DexcludeGroupIds=dev.ideal4j,com.microsoft.onnxruntime
console=$(sed -n 's:.*<junit.console.version>\(.*\)</.*:\1:p' pom.xml)
$mvn -q -B dependency:copy -DoutputDirectory="$pack/lib" \
    -Dartifact="org.junit.platform:junit-platform-console-standalone:$console"
for module in core kernels backbone nve ide detectors eval benchmarks; do
    for classes in classes test-classes; do
        [ ! -d "$module/target/$classes" ] || cp -r "$module/target/$classes" "$pack/modules/$module-$classes"
    done
done

echo "pack: Java runtime" >&2
"$java_home/bin/jlink" --add-modules java.se,jdk.incubator.vector,jdk.unsupported,jdk.management \
    --compress=2 --strip-debug --no-header-files --no-man-pages --output "$pack/java" 2>/dev/null

cp -r "$golden" "$pack/golden"
[ ! -e "$peer" ] || cp "$peer" "$pack/torch_ideal.py"
cp tools/gpu/run.sh tools/gpu/README.md "$pack/"
git describe --always --dirty >"$pack/commit" 2>/dev/null || echo unknown >"$pack/commit"
mkdir -p "$(dirname "$out")"
tar -czf "$out" -C "$work" ideal4j-gpu
echo "$out: $(du -h "$out" | cut -f1)"
