package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.kernels.conformance.Trial.Role;
import dev.ideal4j.kernels.conformance.Trial.Slot;
import dev.ideal4j.kernels.conformance.Variation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Every operation on a backend against the reference. An operation that the backend lacks is neither passed nor failed: it
 * is counted, printed and reported as aborted; on a backend that must have all, it fails.
 */
public final class Conformance {
    private static final Map<String, Map<Outcome, Integer>> OUTCOMES = new TreeMap<>();
    private static final float[] NON_FINITE = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    private final String name;
    private final Supplier<Backend> subject;
    private final Supplier<Backend> other;

    /**
     * @param subject the backend under test; asked when a test runs
     * @param other a second one of the same kind and device
     */
    public Conformance(String name, Supplier<Backend> subject, Supplier<Backend> other) {
        this.name = name;
        this.subject = subject;
        this.other = other;
    }

    /** One container an operation. */
    public Stream<DynamicNode> tests() {
        return Operations.all().stream().map(this::operation);
    }

    /** Like {@link #tests()}, for the operations whose names begin with a prefix. */
    public Stream<DynamicNode> tests(String prefix) {
        return Operations.all().stream()
                .filter(row -> row.name().startsWith(prefix))
                .map(this::operation);
    }

    /** Prints how many tests of each backend went how. */
    public static void report() {
        OUTCOMES.forEach((name, counts) -> System.out.println("conformance of " + name + ": " + counts));
    }

    private enum Outcome {
        PASSED,
        FAILED
    }

    private void count(Outcome outcome) {
        OUTCOMES.computeIfAbsent(name, key -> new EnumMap<>(Outcome.class)).merge(outcome, 1, Integer::sum);
    }

    private DynamicNode operation(Operation row) {
        List<DynamicTest> tests = new ArrayList<>();
        if (!name.equals(Subjects.REFERENCE)) {
            for (int[] size : row.sizes()) {
                tests.add(test(row, "agrees " + Arrays.toString(size), b -> agrees(b, row, size)));
            }
            if (row.nonFinite()) {
                tests.add(test(row, "NaN and infinities", b -> nonFinite(b, row)));
            }
        }
        tests.add(test(row, "in place", b -> inPlace(b, row)));
        tests.add(test(row, "overlap", b -> overlap(b, row)));
        tests.add(test(row, "wrong shapes", b -> wrongShapes(b, row)));
        tests.add(test(row, "tensors of another backend", b -> foreign(b, row)));
        tests.add(test(row, "use after close", b -> closed(b, row)));
        return dynamicContainer(row.name(), tests);
    }

    /** Backends of one test: the subject, another of its kind, and the reference. */
    private record Bench(Backend subject, Backend other, Backend reference) {}

    private interface Check {
        void on(Bench bench);
    }

    private DynamicTest test(Operation row, String what, Check check) {
        String title = name + ", " + row.name() + ", " + what;
        return dynamicTest(what, () -> {
            try {
                check.on(new Bench(subject.get(), other.get(), Subjects.get(Subjects.REFERENCE)));
                count(Outcome.PASSED);
            } catch (RuntimeException | AssertionError e) {
                count(Outcome.FAILED);
                throw new AssertionError(title + ": " + e.getMessage(), e);
            }
        });
    }

    /** The result agrees with the reference within the tolerance. It has the same bits on repetition and for all positions of the tensors. */
    private static void agrees(Bench bench, Operation row, int[] size) {
        Results expected = run(bench.reference, bench.subject, row, size, Variation.NONE);
        Results actual = run(bench.subject, bench.other, row, size, Variation.NONE);
        assertClose("result", row, size, actual, expected);
        Results again = run(bench.subject, bench.other, row, size, Variation.ALIGNED);
        assertSameBits("repetition", again, actual);
    }

    /** A NaN or an infinity goes where the reference has it, and nowhere else. */
    private static void nonFinite(Bench bench, Operation row) {
        int[] size = row.smallSize();
        for (int slot : slots(bench, row, Role.INPUT)) {
            for (float value : NON_FINITE) {
                Variation variation = new Variation(Kind.NON_FINITE, slot, 0, value);
                Results expected = run(bench.reference, bench.subject, row, size, variation);
                Results actual = run(bench.subject, bench.other, row, size, variation);
                assertClose(value + " in tensor " + slot, row, size, actual, expected);
            }
        }
    }

    /** An output that is one of the inputs, where allowed, gets the bits that a separate one gets. */
    private static void inPlace(Bench bench, Operation row) {
        int[] size = row.smallSize();
        Results separate = run(bench.subject, bench.other, row, size, Variation.NONE);
        for (int slot : slots(bench, row, Role.OUTPUT)) {
            for (int alias = 0; alias < trialSlots(bench, row).get(slot).aliases(); alias++) {
                Variation variation = new Variation(Kind.IN_PLACE, slot, alias, 0);
                assertSameBits("in place", run(bench.subject, bench.other, row, size, variation), separate);
            }
        }
    }

    /** An output that shares memory with an input without being it is refused. */
    private static void overlap(Bench bench, Operation row) {
        List<Slot> slots = trialSlots(bench, row);
        for (int out : slots(bench, row, Role.OUTPUT)) {
            for (int in : slots(bench, row, Role.INPUT)) {
                if (!row.free().contains(slots.get(in).name() + ":memory")) {
                    Variation variation = new Variation(Kind.OVERLAPPING, out, in, 0);
                    assertRefused(bench, row, variation, InvalidInputException.class, "over " + slots.get(in));
                }
            }
        }
    }

    /** One axis too long is refused, whichever it is. */
    private static void wrongShapes(Bench bench, Operation row) {
        List<Slot> slots = trialSlots(bench, row);
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            for (int axis = 0; axis < slot.shape().rank(); axis++) {
                if (!row.free().contains(slot.name() + ":" + axis)) {
                    Variation variation = new Variation(Kind.WRONG_SHAPE, i, axis, 0);
                    assertRefused(bench, row, variation, InvalidInputException.class, slot + ", axis " + axis);
                }
            }
        }
    }

    /** A tensor of another instance, or of the reference, is refused. */
    private static void foreign(Bench bench, Operation row) {
        Bench withReference = new Bench(bench.subject, bench.reference, bench.reference);
        List<Slot> slots = trialSlots(bench, row);
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).role() != Role.PREPARED) {
                Variation variation = Variation.of(Kind.FOREIGN, i);
                assertRefused(bench, row, variation, InvalidInputException.class, "foreign " + slots.get(i));
                if (bench.subject != bench.reference) {
                    assertRefused(
                            withReference, row, variation, InvalidInputException.class, "foreign " + slots.get(i));
                }
            }
        }
    }

    /** A tensor, packed weight or index is not used once its scope is closed. */
    private static void closed(Bench bench, Operation row) {
        List<Slot> slots = trialSlots(bench, row);
        for (int i = 0; i < slots.size(); i++) {
            Variation variation = Variation.of(Kind.CLOSED, i);
            assertRefused(bench, row, variation, IllegalStateException.class, "closed " + slots.get(i));
        }
    }

    private static Results run(Backend backend, Backend other, Operation row, int[] size, Variation variation) {
        try (Trial trial = new Trial(backend, other, row.seed(size), variation)) {
            row.body().run(trial, size);
            return trial.results();
        }
    }

    private static List<Slot> trialSlots(Bench bench, Operation row) {
        try (Trial trial = new Trial(bench.subject, bench.other, row.name(), Variation.NONE)) {
            row.body().run(trial, row.smallSize());
            return trial.slots();
        }
    }

    private static int[] slots(Bench bench, Operation row, Role role) {
        List<Slot> slots = trialSlots(bench, row);
        return IntStream.range(0, slots.size())
                .filter(i -> slots.get(i).role() == role)
                .toArray();
    }

    private static void assertClose(String what, Operation row, int[] size, Results actual, Results expected) {
        double tolerance = row.tolerance().applyAsDouble(size);
        double error = actual.relativeError(expected);
        assertThat(error)
                .as("%s: relative error (%s)", what, actual.difference(expected))
                .isLessThanOrEqualTo(tolerance);
    }

    private static void assertSameBits(String what, Results actual, Results expected) {
        assertThat(actual.sameBits(expected))
                .as("%s: same bits (%s)", what, actual.difference(expected))
                .isTrue();
    }

    private static void assertRefused(
            Bench bench, Operation row, Variation variation, Class<? extends RuntimeException> type, String what) {
        assertThatThrownBy(() -> run(bench.subject, bench.other, row, row.smallSize(), variation))
                .as(what)
                .isInstanceOf(type);
    }
}
