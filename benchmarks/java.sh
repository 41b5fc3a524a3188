# Read by the other scripts: builds, and sets commit, java, classpath and the JVM's options that ./ideal uses.
#   IDEAL4J_NO_BUILD=1    takes the classes as they are
# $profile is a Maven profile to build with, or nothing.
[ -n "${IDEAL4J_NO_BUILD:-}" ] || (cd .. && mvn -q ${profile:-} -pl benchmarks -am package -DskipTests -Dmaven.javadoc.skip=true)
# What earlier runs appended does not make the sources others.
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- .. ':(exclude)history.jsonl' 2>/dev/null || commit=$commit-dirty
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath="target/classes:$(cat target/classpath)"
options="-XX:ObjectAlignmentInBytes=64"

# As ./ideal does: PoCL's compiler must not replace the JVM's handlers of signals.
signals=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/lib/libjsig.so
[ ! -r "$signals" ] || export LD_PRELOAD="$signals${LD_PRELOAD:+:$LD_PRELOAD}"
