package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.List;
import java.util.stream.Stream;

/** {@code neighbours.cu}: candidates by tensor cores, then the exact best of them. */
final class NeighbourTrials {
    private static final String SOURCE = "neighbours.cu";
    private static final int SIDE = CudaSources.number(SOURCE, "SIDE");
    private static final int THREADS = CudaSources.number(SOURCE, "THREADS");

    private final Backend reference;

    NeighbourTrials(Backend reference) {
        this.reference = reference;
    }

    /** Sizes; {@code repeat} makes references equal to those so many rows before. */
    private record Sizes(int queries, int references, int width, int k, int parts, int slack, int repeat, int lists) {
        int kept() {
            return k + slack;
        }

        int sharedBytes() {
            int entry = CudaSources.number(SOURCE, "ENTRY_BYTES");
            return CudaSources.number(SOURCE, "ROW_BYTES") + entry * lists * kept();
        }

        /** References of a part, whole tiles. */
        int part() {
            return ((references + parts - 1) / parts + SIDE - 1) / SIDE * SIDE;
        }
    }

    private static final Sizes STREAMED = new Sizes(40, 400, 136, 5, 1, 4, 0, 2);
    private static final Sizes STREAMED_IN_ONE_LIST = new Sizes(40, 400, 136, 5, 1, 4, 0, 1);
    private static final List<Sizes> SIZES = List.of(
            new Sizes(1, 1, 8, 1, 1, 0, 0, 2),
            new Sizes(3, 20, 16, 20, 1, 0, 0, 2),
            new Sizes(130, 150, 32, 12, 2, 4, 0, 2),
            new Sizes(5, 300, 24, 6, 3, 6, 50, 2),
            new Sizes(5, 300, 24, 6, 3, 6, 50, 1),
            STREAMED,
            STREAMED_IN_ONE_LIST);

    Stream<EmulatedTrial> all() {
        return Stream.of(true, false).flatMap(bf16 -> SIZES.stream().map(size -> trial(bf16, size)));
    }

    /** A query's patches among those of a few references. */
    Stream<EmulatedTrial> large() {
        return Stream.of(
                        new Sizes(1024, 4096, 384, 12, 16, 8, 0, 2),
                        new Sizes(1024, 4096, 384, 12, 16, 8, 0, 1),
                        new Sizes(100, 5000, 384, 24, 3, 8, 0, 1))
                .flatMap(size -> Stream.of(true, false).map(bf16 -> trial(bf16, size)));
    }

    private EmulatedTrial trial(boolean bf16, Sizes size) {
        float[] queries = EmulatedTrial.values("queries" + size, size.queries * size.width);
        float[] references = EmulatedTrial.values("references" + size, size.references * size.width);
        for (int i = size.repeat * size.width; size.repeat > 0 && i < references.length; i++) {
            references[i] = references[i - size.repeat * size.width];
        }
        float[] expected;
        try (Scope scope = reference.scope()) {
            Tensor similarities = scope.allocate(size.queries, size.k);
            Indices indices = scope.allocateIndices(size.queries, size.k);
            reference
                    .neighbours()
                    .topK(
                            scope.upload(queries, size.queries, size.width),
                            reference.neighbours().index(scope.upload(references, size.references, size.width), scope),
                            size.k,
                            similarities,
                            indices);
            expected = Outputs.concat(similarities.toArray(), Outputs.shares(indices.toArray(), size.references));
        }
        return new EmulatedTrial(
                (bf16 ? "bf16 " : "TF32 ") + size,
                SOURCE,
                device -> run(device, bf16, size, queries, references),
                expected,
                1e-6, // less than an index may differ by
                null,
                size == STREAMED || size == STREAMED_IN_ONE_LIST,
                size.sharedBytes(),
                0);
    }

    private static float[] run(TrialDevice device, boolean bf16, Sizes size, float[] queries, float[] references) {
        Buffer unitQueries = device.floats(queries.length);
        Buffer unitReferences = device.floats(references.length);
        Buffer roundedQueries = device.allocate(2 * queries.length);
        Buffer roundedReferences = device.allocate(2 * references.length);
        unit(device, queries, size.width, unitQueries, roundedQueries);
        unit(device, references, size.width, unitReferences, roundedReferences);
        int parts = (size.references + size.part() - 1) / size.part();
        int count = size.lists * parts * size.kept();
        Buffer found = device.allocate(4 * size.queries * count);
        Buffer rough = device.floats(size.queries * count);
        device.launch(
                (bf16 ? "candidates_bf16_" : "candidates_tf32_") + size.lists,
                new Launch((size.queries + SIDE - 1) / SIDE, parts, 1, THREADS, size.sharedBytes()),
                bf16 ? roundedQueries : unitQueries,
                bf16 ? roundedReferences : unitReferences,
                found,
                rough,
                size.queries,
                size.references,
                size.width,
                size.width,
                size.part(),
                size.kept());
        Buffer similarities = device.floats(size.queries * size.k);
        Buffer indices = device.allocate(4 * size.queries * size.k);
        device.launch(
                "best_candidates",
                new Launch(size.queries, 1, 1, 32 * CudaSources.number(SOURCE, "BEST_WARPS"), 8 * count),
                unitQueries,
                unitReferences,
                found,
                rough,
                similarities,
                indices,
                size.width,
                count,
                size.k,
                size.kept());
        return Outputs.concat(device.read(similarities), Outputs.shares(device.readInts(indices), size.references));
    }

    private static void unit(TrialDevice device, float[] rows, int width, Buffer unit, Buffer rounded) {
        int count = rows.length / width;
        device.launch(
                "unit_rows", Launch.of((count + 7) / 8, 256), device.upload(rows), unit, rounded, count, width, width);
    }
}
