#!/bin/sh
# Packs the files that a machine with a GPU needs to check and measure ideal4j: a Java runtime, jars, tests, fixtures, and the
# PyTorch peer.
# That machine needs only NVIDIA's driver, or an OpenCL driver.
#   tools/gpu/pack.sh [OUT]             default: target/ideal4j-gpu.tar.xz
# It prints the size of the package with that of the repository's files, since both may have to travel together, and fails if the
# sum is above 45 MiB.
#   GOLDEN=FOLDER    fixtures (default: those in the repository)
#   PEER=FILE        torch_ideal.py (default: ../shared/peers/torch_ideal.py if it exists)
#   MVN=COMMAND      Maven (default: mvn)
set -eu
cd "$(dirname "$0")/../.."
out=${1:-target/ideal4j-gpu.tar.xz}
most=$((45 << 20))
golden=${GOLDEN:-core/src/test/resources/golden}
peer=${PEER:-../shared/peers/torch_ideal.py}
mvn=${MVN:-mvn}
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/ideal4j-gpu
mkdir -p "$pack/lib" "$pack/modules"

echo "pack: building" >&2
# One call, because Maven finds the other modules only while it packages them. Large files that no step needs are left out.
# JUnit is added as one jar below.
$mvn -q -B -pl benchmarks -am package dependency:copy-dependencies -DskipTests -Dmaven.javadoc.skip=true -Dmaven.source.skip=true \
    -Dspotless.check.skip=true -DincludeScope=test -DoutputDirectory="$pack/lib" \
    -DexcludeGroupIds=dev.ideal4j,com.microsoft.onnxruntime,org.apache.pdfbox,net.bytebuddy,org.junit.jupiter,org.junit.platform,ai.djl,ai.djl.pytorch,net.java.dev.jna,com.tngtech.archunit,commons-io,commons-codec,com.google.code.gson,org.jline,info.picocli,org.openjdk.jmh,net.sf.jopt-simple,org.knowm.xchart,de.erichseifert.vectorgraphics2d,de.rototor.pdfbox,com.madgag,com.j2html,org.yaml \
    -DexcludeArtifactIds=commons-compress,commons-math3,jackson-dataformat-yaml
console=$(sed -n 's:.*<junit.console.version>\(.*\)</.*:\1:p' pom.xml)
$mvn -q -B -pl bom dependency:copy -DoutputDirectory="$pack/lib" \
    -Dartifact="org.junit.platform:junit-platform-console-standalone:$console"
# xz packs stored entries far smaller than deflated ones. The compiler for tests, 24 MB, and natives of other machines are left out.
python3 - "$pack"/lib/*.jar <<'END'
import os, re, sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as jar, zipfile.ZipFile(path + ".less", "w", zipfile.ZIP_STORED) as less:
        for entry in jar.infolist():
            if not re.search(r"NvPTXCompiler|\.(dll|dylib)$", entry.filename):
                less.writestr(entry, jar.read(entry), zipfile.ZIP_STORED)
    os.replace(path + ".less", path)
END
for module in core kernels backbone nve ide detectors eval benchmarks; do
    cp -r "$module/target/classes" "$pack/modules/$module-classes"
done
for module in core kernels backbone detectors; do
    cp -r "$module/target/test-classes" "$pack/modules/$module-test-classes"
done
rm -rf "$pack/modules/core-test-classes/golden" # fixtures are added below

echo "pack: Java runtime" >&2
# Reading images needs java.desktop, but no step opens a window, prints, plays a sound or parses XML. Of the packages for that
# one class each remains, because the module system wants every package of a module.
unused='/java.desktop/(javax/swing|sun/swing|com/sun/java/swing|javax/print|sun/print|javax/sound|com/sun/media/sound)/'
for module in java.desktop java.xml; do
    "$java_home/bin/jmod" list "$java_home/jmods/$module.jmod" | sed -n "s:^classes/\(.*\.class\)$:/$module/\1:p"
done | grep -E "^($unused|/java.xml/com/sun/org/apache/)" |
    awk '{ package = $0; sub("/[^/]*$", "", package); if (seen[package]++) print "glob:" $0 }' >"$work/unused"
"$java_home/bin/jlink" --strip-debug --no-header-files --no-man-pages --exclude-resources="@$work/unused" \
    --output "$pack/java" --add-modules \
    java.desktop,java.logging,jdk.incubator.vector,jdk.management,jdk.unsupported \
    2>/dev/null
for library in awt_xawt fontmanager freetype jawt jsound splashscreen; do
    rm -f "$pack/java/lib/lib$library.so"
done
! command -v strip >/dev/null || strip --strip-unneeded "$pack/java/lib/server/libjvm.so"
# The JDK of a Linux distribution uses libraries of the system, which the other machine may lack.
ldd "$pack"/java/lib/*.so "$pack"/java/lib/server/*.so | sed -n 's:.* => \(/[^ ]*\) .*:\1:p' | sort -u |
    grep -E '/lib(jpeg|lcms2|z|stdc\+\+|gcc_s)\.' | while read -r library; do
        cp -L "$library" "$pack/java/lib/"
    done

# Of the fixtures those of one small network, of ViT-S/14 and of IDEAL in float32. Tests of the others are skipped.
# TorchScript traces are large and test only reading.
mkdir "$pack/golden"
for fixtures in backbone endtoend ideal; do
    [ ! -d "$golden/$fixtures" ] || cp -r "$golden/$fixtures" "$pack/golden/$fixtures"
done
chmod -R u+w "$pack/golden"
rm -f "$pack"/golden/*/*.pt "$pack"/golden/*/*.pth "$pack"/golden/*/*.py "$pack"/golden/backbone/*_hf.safetensors \
    "$pack"/golden/backbone/dinov2_tiny_*.safetensors "$pack"/golden/ideal/*_f64.safetensors
[ ! -e "$peer" ] || cp "$peer" "$pack/torch_ideal.py"
cp tools/gpu/run.sh tools/gpu/peer.py tools/gpu/README.md "$pack/"
git describe --always --dirty >"$pack/commit" 2>/dev/null || echo unknown >"$pack/commit"
mkdir -p "$(dirname "$out")"
XZ_OPT='--x86 --lzma2=preset=9e' tar -caf "$out.unfinished.${out##*.}" -C "$work" ideal4j-gpu
mv "$out.unfinished.${out##*.}" "$out"
package=$(wc -c <"$out")
tree=$(git ls-files -z | xargs -0 cat | wc -c)
echo "$out: $((package >> 10)) KiB, with the repository's $((tree >> 10)) KiB $(((package + tree) >> 10)) of at most $((most >> 10)) KiB"
[ $((package + tree)) -le $most ] || { echo "pack: too large to travel with the repository" >&2 && exit 1; }
