# The other scripts read this file. It builds, and sets commit, java, classpath and the JVM options that ./ideal uses.
#   IDEAL4J_NO_BUILD=1    uses the compiled classes without a build
# $profile is a Maven profile to build with, or empty.
[ -n "${IDEAL4J_NO_BUILD:-}" ] || (cd .. && mvn -q ${profile:-} -pl benchmarks -am package -DskipTests -Dmaven.javadoc.skip=true)
# Lines that earlier runs appended do not count as changed sources.
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- .. ':(exclude)history.jsonl' 2>/dev/null || commit=$commit-dirty
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath="target/classes:$(cat target/classpath)"
options="-XX:ObjectAlignmentInBytes=64"

# Does as ./ideal: PoCL's compiler must not replace the signal handlers of the JVM.
signals=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/lib/libjsig.so
[ ! -r "$signals" ] || export LD_PRELOAD="$signals${LD_PRELOAD:+:$LD_PRELOAD}"
