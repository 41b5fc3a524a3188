package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.ChildJvm;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.detectors.anomalydino.AnomalyDinoDetector;
import dev.ideal4j.detectors.devnet.DevNetConfig;
import dev.ideal4j.detectors.devnet.DevNetDetector;
import dev.ideal4j.detectors.devnet.DevNetTrainingConfig;
import dev.ideal4j.detectors.fdsl.FdslDetector;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.nagl.NaglDetector;
import dev.ideal4j.detectors.patchcore.PatchCoreDetector;
import dev.ideal4j.detectors.subspacead.SubspaceAdDetector;
import dev.ideal4j.detectors.visionad.VisionAdDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing, swapping, interrupting and forgetting detectors while threads use them. */
class LifetimesTest {
    private static final String AVAILABLE = "dev.ideal4j.core.testing.TestBackends#available";
    private static final String FAST = "dev.ideal4j.core.testing.TestBackends#fast";
    private static final int SIDE = 112;
    private static final RgbImage PART = part();
    private static final int MANY = 5000;
    /** A second on an idle machine; the work itself takes longer than this. */
    private static final int SOON_MILLIS = 5000;

    @TempDir
    private Path folder;

    private static RgbImage part() {
        byte[] samples = new byte[3 * SIDE * SIDE];
        new Random(1).nextBytes(samples);
        return new RgbImage(SIDE, SIDE, samples);
    }

    private static References references(int count) {
        boolean[] defect = new boolean[SIDE * SIDE];
        Arrays.fill(defect, 2000, 5000, true);
        return References.builder()
                .normal(Collections.nCopies(count, PART))
                .abnormal(PART, new Mask(SIDE, SIDE, defect))
                .build();
    }

    private static FewShotDetector detector(String method, FeatureExtractor extractor) {
        return switch (method) {
            case "ideal" -> IdealDetector.untrained(extractor, 17);
            case "nagl" -> NaglDetector.untrained(extractor, 17);
            case "visionad" -> new VisionAdDetector(extractor);
            case "patchcore" -> new PatchCoreDetector(extractor);
            case "anomalydino" -> new AnomalyDinoDetector(extractor);
            case "subspacead" -> new SubspaceAdDetector(extractor);
            case "fdsl" -> FdslDetector.untrained(extractor, 17, FdslDetector.published(extractor));
            default -> throw new IllegalArgumentException(method);
        };
    }

    static Stream<String> methods() {
        return Stream.of("ideal", "nagl", "visionad", "patchcore", "anomalydino", "subspacead", "fdsl");
    }

    /** Opens, scores from many threads, closes in the order asked for meanwhile; again and again. */
    static final class UnderLoad {
        public static void main(String[] arguments) throws InterruptedException {
            int rounds = Integer.parseInt(arguments[2]);
            for (int round = 0; round < rounds; round++) {
                Backend backend = Backends.open(arguments[0]);
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector("ideal", extractor);
                FittedDetector fitted = detector.fit(references(1));
                Anomaly expected = fitted.score(PART);
                Set<String> ends = new ConcurrentSkipListSet<>();
                Thread[] threads = new Thread[4];
                CountDownLatch begun = new CountDownLatch(threads.length);
                for (int i = 0; i < threads.length; i++) {
                    threads[i] = new Thread(() -> {
                        begun.countDown();
                        try {
                            while (fitted.score(PART).score() == expected.score()) {
                                Thread.onSpinWait();
                            }
                            ends.add("another score");
                        } catch (RuntimeException | Error e) {
                            ends.add(e.toString());
                        }
                    });
                    threads[i].start();
                }
                begun.await();
                TimeUnit.MILLISECONDS.sleep(round % 10);
                List<AutoCloseable> order = Arrays.asList(fitted, detector, extractor, backend);
                if (arguments[1].equals("backend")) {
                    Collections.reverse(order);
                }
                order.forEach(LifetimesTest::close);
                for (Thread thread : threads) {
                    thread.join();
                }
                System.out.println(String.join("; ", ends));
            }
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> backendsAndOrders() {
        return TestBackends.available()
                .flatMap(name -> Stream.of(Arguments.of(name, "backend"), Arguments.of(name, "detector")));
    }

    private static void closesUnderLoad(String name, String first, int rounds) throws Exception {
        List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-Xmx1g");
        ChildJvm child = ChildJvm.run(null, options, UnderLoad.class, name, first, Integer.toString(rounds));
        assertThat(child.exitCode()).as(child.errors()).isZero();
        List<String> rest = first.equals("backend")
                ? List.of("the backend " + name, "the backbone builtin", "the fitted detector (ideal)")
                : List.of("the fitted detector (ideal)");
        assertThat(child.out().lines()).hasSize(rounds).allSatisfy(ends -> assertThat(ends.split("; "))
                .isSubsetOf(rest.stream()
                        .map(what -> ClosedException.class.getName() + ": " + what + " is closed")
                        .toList()));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("backendsAndOrders")
    void closingUnderLoadLetsEveryCallFinishAndRefusesLaterOnes(String name, String first) throws Exception {
        closesUnderLoad(name, first, 8);
    }

    @Tag("soak")
    @ParameterizedTest
    @MethodSource("backendsAndOrders")
    void closingUnderLoadWorksInManyRounds(String name, String first) throws Exception {
        closesUnderLoad(name, first, 200);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void errorsAfterClosingNameWhatIsClosed(String method) {
        Backend backend = Backends.open("cpu");
        BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
        FewShotDetector detector = detector(method, extractor);
        FittedDetector closed = detector.fit(references(1));
        FittedDetector open = detector.fit(references(1));
        closed.close();
        closed.close();
        String fitted = "the fitted detector (" + method + ") is closed";
        assertClosed(() -> closed.score(PART), fitted);
        assertClosed(() -> closed.save(folder.resolve("closed.fitted")), fitted);
        assertThat(open.score(PART)).isNotNull();
        detector.close();
        assertClosed(() -> detector.fit(references(1)), "the detector " + method + " is closed");
        assertThat(open.score(PART)).as("what was fitted stays").isNotNull();
        extractor.close();
        assertClosed(() -> open.score(PART), "the backbone builtin is closed");
        backend.close();
        assertClosed(() -> extractor.use().close(), "the backbone builtin is closed");
        open.close();
    }

    private static void assertClosed(Runnable call, String message) {
        assertThatThrownBy(call::run).isInstanceOf(ClosedException.class).hasMessage(message);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource(FAST)
    void aProductIsSwappedUnderLoadWithoutLosingACall(String name) throws InterruptedException {
        try (Backend backend = Backends.open(name);
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector("ideal", extractor)) {
            AtomicReference<FittedDetector> current = new AtomicReference<>(detector.fit(references(1)));
            float expected = current.get().score(PART).score();
            AtomicInteger lost = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            AtomicReference<Boolean> stop = new AtomicReference<>(false);
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    while (!stop.get()) {
                        FittedDetector used = current.get();
                        try {
                            done.addAndGet(used.score(PART).score() == expected ? 1 : 0);
                        } catch (ClosedException e) {
                            lost.addAndGet(current.get() == used ? 1 : 0); // else the swap came first
                        } catch (RuntimeException e) {
                            lost.incrementAndGet();
                        }
                    }
                });
                threads[i].start();
            }
            for (int i = 0; i < 20; i++) {
                current.getAndSet(detector.fit(references(1))).close();
            }
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(lost.get()).isZero();
            assertThat(done.get()).isPositive();
            current.get().close();
        }
    }

    /** Interrupts work that would take far longer, and returns the exception that ended it. */
    private static RuntimeException interrupted(Runnable work) throws InterruptedException {
        AtomicReference<RuntimeException> end = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                end.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        thread.join(500);
        assertThat(thread.isAlive()).as("still working: %s", end).isTrue();
        thread.interrupt();
        thread.join(SOON_MILLIS);
        assertThat(thread.isAlive()).as("still working after the interrupt").isFalse();
        assertThat(flag.get()).as("interrupt flag").isTrue();
        return end.get();
    }

    @ParameterizedTest
    @MethodSource(FAST)
    void interruptedFitsAndScoresEndSoonAndLeaveNothing(String name) throws InterruptedException {
        try (Backend backend = Backends.open(name);
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector("ideal", extractor)) {
            long before = backend.liveBytes();
            assertThat(interrupted(() -> detector.fit(references(MANY))))
                    .isInstanceOf(WorkInterruptedException.class)
                    .hasMessageContaining("interrupted");
            assertThat(backend.liveBytes()).isEqualTo(before);
            try (FittedDetector fitted = detector.fit(references(1))) {
                long open = backend.liveBytes();
                float expected = fitted.score(PART).score();
                assertThat(interrupted(() -> fitted.score(Collections.nCopies(MANY, PART))))
                        .isInstanceOf(WorkInterruptedException.class);
                assertThat(backend.liveBytes()).isGreaterThanOrEqualTo(open);
                assertThat(fitted.score(PART).score()).isEqualTo(expected);
            }
            assertThat(backend.liveBytes()).isEqualTo(before);
        }
    }

    @Test
    void anInterruptedTrainingInFitEndsSoon() throws InterruptedException {
        try (Backend backend = Backends.open("cpu");
                ResNet18Backbone start = ResNet18Backbone.untrained(7, 32, backend)) {
            DevNetTrainingConfig training = DevNetTrainingConfig.PUBLISHED
                    .with(new DevNetConfig(32, 2, 0.1, 2))
                    .withLength(1000, 100, 2);
            long before = backend.liveBytes();
            try (FewShotDetector detector = DevNetDetector.trainedInFit(start, training)) {
                assertThat(interrupted(() -> detector.fit(references(4)))).isInstanceOf(WorkInterruptedException.class);
            }
            assertThat(backend.liveBytes()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad", "patchcore", "fdsl"})
    void anInterruptedSaveKeepsTheOldFileAndAnInterruptedLoadSaysSo(String method) throws IOException {
        Path file = folder.resolve("part.fitted");
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector(method, extractor);
                FittedDetector fitted = detector.fit(references(1))) {
            fitted.save(file);
            byte[] old = Files.readAllBytes(file);
            long before = backend.liveBytes();
            for (Runnable work :
                    List.<Runnable>of(() -> fitted.save(file), () -> FittedDetectors.load(file, extractor))) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(work::run)
                        .isInstanceOf(WorkInterruptedException.class)
                        .isInstanceOf(Ideal4jException.class)
                        .hasMessageContaining("interrupted");
                assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
                assertThat(backend.liveBytes()).isEqualTo(before);
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(old);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(file);
            }
        } finally {
            Thread.interrupted();
        }
    }

    private static void forget(FewShotDetector detector) {
        for (int i = 0; i < 10; i++) {
            FittedDetector fitted = detector.fit(references(1));
            for (int j = 0; j < 3; j++) { // from the second time on, passes may be recorded
                fitted.score(PART);
            }
        }
    }

    private static void awaitBytes(Backend backend, long bytes) throws InterruptedException {
        for (int i = 0; i < 200 && backend.liveBytes() > bytes; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(backend.liveBytes()).isEqualTo(bytes);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource(AVAILABLE)
    void memoryOfForgottenDetectorsComesBack(String name) throws InterruptedException {
        System.setProperty("ideal4j.recorded-passes", "on");
        try (Backend backend = Backends.open(name);
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector("ideal", extractor)) {
            long before = backend.liveBytes();
            forget(detector);
            awaitBytes(backend, before);
        } finally {
            System.clearProperty("ideal4j.recorded-passes");
        }
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("methods")
    void memoryOfForgottenDetectorsOfEveryMethodComesBack(String method) throws InterruptedException {
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector(method, extractor)) {
            long before = backend.liveBytes();
            forget(detector);
            awaitBytes(backend, before);
        }
    }

    /** Fits far more than fits into the heap, without a close. */
    static final class Forget {
        public static void main(String[] arguments) {
            Backend backend = Backends.open("cpu");
            FewShotDetector detector = detector("visionad", new BuiltinBackbone(backend, SIDE));
            for (int i = 0; i < 400; i++) {
                detector.fit(references(1));
            }
        }
    }

    @Tag("long")
    @Test
    void fittingWithoutClosingFillsNoHeap() throws Exception {
        List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-Xmx64m");
        ChildJvm child = ChildJvm.run(null, options, Forget.class);
        assertThat(child.exitCode()).as(child.errors()).isZero();
    }

    @Tag("long")
    @Test
    void manyShortLivedThreadsKeepTheMemoryFlat() throws InterruptedException {
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = detector("ideal", extractor);
                FittedDetector fitted = detector.fit(references(1))) {
            long live = backend.liveBytes();
            scoreFromThreads(fitted, 20);
            long before = usedBytes();
            scoreFromThreads(fitted, 300);
            // A map alone has 50 kB. What the JVM itself keeps, of compiled code for instance, comes to 2 MB.
            assertThat(usedBytes() - before).as("bytes for 300 threads").isLessThan(6 << 20);
            assertThat(backend.liveBytes()).isEqualTo(live);
        }
    }

    private static void scoreFromThreads(FittedDetector fitted, int count) throws InterruptedException {
        for (int i = 0; i < count; i += 4) {
            Thread[] threads = new Thread[4];
            for (int j = 0; j < threads.length; j++) {
                threads[j] = new Thread(() -> {
                    for (int k = 0; k < 10; k++) {
                        fitted.score(PART);
                    }
                });
                threads[j].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static long usedBytes() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("methods")
    void trainingBesideItChangesNoFittedDetector(String method) {
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                ResNet18Backbone start = ResNet18Backbone.untrained(7, 32, backend);
                FewShotDetector detector = detector(method, extractor);
                FittedDetector fitted = detector.fit(references(1))) {
            Anomaly before = fitted.score(PART);
            DevNetTrainingConfig training = DevNetTrainingConfig.PUBLISHED
                    .with(new DevNetConfig(32, 2, 0.1, 2))
                    .withLength(1, 2, 2);
            try (FewShotDetector other = DevNetDetector.trainedInFit(start, training);
                    FittedDetector trained = other.fit(references(2))) {
                trained.score(PART);
                assertThat(fitted.score(PART)).isEqualTo(before);
            }
            assertThat(fitted.score(PART)).isEqualTo(before);
        }
    }
}
