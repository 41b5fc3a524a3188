package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.List;
import java.util.stream.Stream;

/** {@code eraser.cu}: the local PCA. */
final class EraserTrials {
    private static final float STRENGTH = 0.8f;

    private final Backend reference;

    EraserTrials(Backend reference) {
        this.reference = reference;
    }

    private record Sizes(int targets, int references, int width, int neighbours, int rank, Neighbourhood kind) {}

    private enum Neighbourhood {
        RANDOM,
        /** The second target is not finite. */
        BROKEN,
        /** Rows in a plane: all eigenvalues but two are noise. */
        FLAT
    }

    private static final Sizes USUAL = new Sizes(3, 40, 384, 12, 4, Neighbourhood.BROKEN);
    private static final List<Sizes> SIZES = List.of(
            USUAL,
            new Sizes(1, 1, 5, 1, 1, Neighbourhood.RANDOM),
            new Sizes(2, 9, 50, 3, 3, Neighbourhood.RANDOM),
            new Sizes(2, 30, 100, 16, 16, Neighbourhood.RANDOM),
            new Sizes(2, 20, 64, 7, 0, Neighbourhood.RANDOM),
            new Sizes(2, 20, 64, 11, 4, Neighbourhood.FLAT));

    Stream<EmulatedTrial> all() {
        return SIZES.stream().map(this::trial);
    }

    private EmulatedTrial trial(Sizes size) {
        float[] targets = EmulatedTrial.values("targets" + size, size.targets * size.width);
        if (size.kind == Neighbourhood.BROKEN) {
            targets[size.width + size.width / 2] = Float.POSITIVE_INFINITY;
        }
        float[] references = references(size);
        float[] similarities = EmulatedTrial.values("similarities" + size, size.targets * size.neighbours);
        int[] indices = new int[size.targets * size.neighbours];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (i * 7 + i / size.neighbours) % size.references;
        }
        float[] expected;
        try (Scope scope = reference.scope()) {
            Tensor out = scope.allocate(size.targets, size.width);
            Indices positions = scope.allocateIndices(size.targets, size.neighbours);
            positions.write(indices);
            reference
                    .localPca()
                    .erase(
                            scope.upload(targets, size.targets, size.width),
                            scope.upload(references, size.references, size.width),
                            scope.upload(similarities, size.targets, size.neighbours),
                            positions,
                            size.rank,
                            STRENGTH,
                            out);
            expected = out.toArray();
        }
        return new EmulatedTrial(
                size.toString(),
                "eraser.cu",
                device -> run(device, size, targets, references, similarities, indices),
                expected,
                2e-5,
                null,
                size == USUAL);
    }

    private static float[] references(Sizes size) {
        float[] rows = EmulatedTrial.values("references" + size, size.references * size.width);
        if (size.kind == Neighbourhood.FLAT) {
            float[] factors = SeededValues.uniform("emulation/factors", 2 * size.references, 1, 0);
            for (int row = 2; row < size.references; row++) {
                for (int c = 0; c < size.width; c++) {
                    rows[row * size.width + c] =
                            factors[2 * row] * rows[c] + factors[2 * row + 1] * rows[size.width + c];
                }
            }
        }
        return rows;
    }

    private static float[] run(
            TrialDevice device, Sizes size, float[] targets, float[] references, float[] similarities, int[] indices) {
        Buffer out = device.floats(targets.length);
        device.launch(
                "erase",
                new Launch(
                        size.targets,
                        1,
                        1,
                        CudaSources.number("eraser.cu", "THREADS"),
                        4 * (size.neighbours + 1) * size.width),
                device.upload(targets),
                device.upload(references),
                device.upload(similarities),
                device.upload(indices),
                out,
                size.width,
                size.neighbours,
                size.rank,
                STRENGTH);
        return device.read(out);
    }
}
