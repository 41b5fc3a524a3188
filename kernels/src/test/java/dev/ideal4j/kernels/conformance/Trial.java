package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.kernels.conformance.Variation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One run of an operation on one backend: hands its row inputs (the same on every backend), outputs and prepared things,
 * and keeps the results. Every tensor is a view with NaN around it, so that reading too much shows in the result and
 * writing too much is noticed; so is an input that was modified.
 */
final class Trial implements AutoCloseable {
    private static final int UNALIGNED_MARGIN = 3;
    private static final int ALIGNED_MARGIN = 16;
    private static final int OVERLAPPING_MARGIN = 1 << 14;

    /** What a row asked for. */
    record Slot(String name, Role role, Shape shape, int aliases) {}

    enum Role {
        INPUT,
        INDICES,
        OUTPUT,
        PREPARED
    }

    private record Guarded(
            int slot, String name, Tensor whole, float[] before, Tensor view, Shape wanted, boolean written) {}

    private final Backend backend;
    private final Backend other;
    private final String seed;
    private final Variation variation;
    private final Scope scope;
    private final Scope foreignScope;
    private final Scope closedScope;
    private final int margin;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Guarded> guarded = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Indices> indexOutputs = new ArrayList<>();

    /**
     * @param backend runs the operation
     * @param other lends the foreign tensor of {@link Kind#FOREIGN}
     * @param seed distinguishes inputs of different operations and sizes
     */
    Trial(Backend backend, Backend other, String seed, Variation variation) {
        this.backend = backend;
        this.other = other;
        this.seed = seed;
        this.variation = variation;
        this.scope = backend.scope();
        this.foreignScope = other.scope();
        this.closedScope = backend.scope();
        this.margin = variation.kind() == Kind.ALIGNED ? ALIGNED_MARGIN : UNALIGNED_MARGIN;
    }

    Backend backend() {
        return backend;
    }

    /** An input, uniform in [−1, 1). */
    Tensor input(String name, int... lengths) {
        return uniform(name, 1, lengths);
    }

    /** An input, uniform in [−scale, scale). */
    Tensor uniform(String name, double scale, int... lengths) {
        int count = (int) Shape.of(lengths).size();
        return input(name, SeededValues.uniform(seed + "/" + name, count, scale, 0), lengths);
    }

    /** An input with given values. */
    Tensor input(String name, float[] values, int... lengths) {
        int slot = slots.size();
        slots.add(new Slot(name, Role.INPUT, Shape.of(lengths), 0));
        float[] used = Arrays.copyOf(values, (int) shape(slot, lengths).size());
        if (variation.touches(Kind.NON_FINITE, slot)) {
            used[used.length / 2] = variation.value();
        }
        return tensor(slot, name, used, false, lengths);
    }

    /** Positions as an input. */
    Indices indices(String name, int[] values, int... lengths) {
        int slot = slots.size();
        slots.add(new Slot(name, Role.INDICES, Shape.of(lengths), 0));
        Indices indices = scopeOf(slot).allocateIndices(shape(slot, lengths).toArray());
        indices.write(Arrays.copyOf(values, (int) indices.shape().size()));
        closeIfWanted(slot);
        return indices;
    }

    /** An output, full of NaN. */
    Tensor output(int... lengths) {
        return output(Shape.of(lengths));
    }

    /** An output of the shape that the given inputs should have, which may be any of them. */
    Tensor outputOr(Tensor... aliases) {
        Shape shape =
                guarded.stream().filter(g -> g.view == aliases[0]).findFirst().orElseThrow().wanted;
        return output(shape, aliases);
    }

    /** An input with given values that the operation updates. */
    Tensor updated(String name, float[] values, int... lengths) {
        Tensor tensor = input(name, values, lengths);
        allowWriting(tensor);
        outputs.add(tensor);
        return tensor;
    }

    private void allowWriting(Tensor view) {
        guarded.replaceAll(
                g -> g.view == view ? new Guarded(g.slot, g.name, g.whole, g.before, view, g.wanted, true) : g);
    }

    private Tensor output(Shape shape, Tensor... aliases) {
        int slot = slots.size();
        slots.add(new Slot("out", Role.OUTPUT, shape, aliases.length));
        Tensor out;
        if (variation.touches(Kind.IN_PLACE, slot)) {
            out = aliases[variation.detail()];
            allowWriting(out);
        } else if (variation.touches(Kind.OVERLAPPING, slot)) {
            Guarded input = guarded.stream()
                    .filter(g -> g.slot == variation.detail())
                    .findFirst()
                    .orElseThrow();
            int last = margin + (int) input.view.shape().size() - 1;
            out = input.whole.slice(last, (int) shape.size()).reshape(shape.toArray());
        } else {
            float[] nan = new float[(int) shape(slot, shape.toArray()).size()];
            Arrays.fill(nan, Float.NaN);
            out = tensor(slot, "out", nan, true, shape.toArray());
        }
        outputs.add(out);
        return out;
    }

    /** Positions as an output, full of −1. */
    Indices outputIndices(int... lengths) {
        int[] nowhere = new int[(int) Shape.of(lengths).size()];
        Arrays.fill(nowhere, -1);
        Indices indices = indices("out", nowhere, lengths);
        indexOutputs.add(indices);
        return indices;
    }

    /** Something built before the operation, tied to a scope. */
    <T> T prepare(Function<Scope, T> build) {
        int slot = slots.size();
        slots.add(new Slot("prepared", Role.PREPARED, Shape.of(), 0));
        T prepared = build.apply(scopeOf(slot));
        closeIfWanted(slot);
        return prepared;
    }

    /** The tensors asked for so far. */
    List<Slot> slots() {
        return slots;
    }

    /** The results, after checking that nothing else was written. */
    Results results() {
        for (Guarded tensor : guarded) {
            float[] after = tensor.whole.toArray();
            int end = after.length - margin;
            for (int i = 0; i < after.length; i++) {
                boolean mayChange = tensor.written && i >= margin && i < end;
                if (!mayChange && Float.floatToIntBits(after[i]) != Float.floatToIntBits(tensor.before[i])) {
                    throw new AssertionError(
                            tensor.name + tensor.view.shape() + ": element " + (i - margin) + " was overwritten");
                }
            }
        }
        return new Results(
                outputs.stream().map(Tensor::toArray).toList(),
                indexOutputs.stream().map(Indices::toArray).toList());
    }

    private Tensor tensor(int slot, String name, float[] values, boolean written, int... lengths) {
        int behind = variation.kind() == Kind.OVERLAPPING ? OVERLAPPING_MARGIN : margin;
        float[] before = new float[margin + values.length + behind];
        Arrays.fill(before, Float.NaN);
        System.arraycopy(values, 0, before, margin, values.length);
        Tensor whole = scopeOf(slot).upload(before, before.length);
        Tensor view =
                whole.slice(margin, values.length).reshape(shape(slot, lengths).toArray());
        guarded.add(new Guarded(slot, name, whole, before, view, Shape.of(lengths), written));
        closeIfWanted(slot);
        return view;
    }

    private Shape shape(int slot, int... lengths) {
        int[] actual = lengths.clone();
        if (variation.touches(Kind.WRONG_SHAPE, slot)) {
            actual[variation.detail()]++;
        }
        return Shape.of(actual);
    }

    private Scope scopeOf(int slot) {
        return variation.touches(Kind.FOREIGN, slot)
                ? foreignScope
                : variation.touches(Kind.CLOSED, slot) ? closedScope : scope;
    }

    private void closeIfWanted(int slot) {
        if (variation.touches(Kind.CLOSED, slot)) {
            closedScope.close();
        }
    }

    @Override
    public void close() {
        scope.close();
        foreignScope.close();
        closedScope.close();
        assertThat(backend.liveBytes()).as("live bytes of " + backend.name()).isZero();
        assertThat(other.liveBytes()).as("live bytes of " + other.name()).isZero();
    }
}
