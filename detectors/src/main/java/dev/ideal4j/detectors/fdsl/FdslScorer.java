package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.SeparableResize;
import java.util.ArrayList;
import java.util.List;

/** From feature differences to scores: the whole image's, its windows', and both together. */
final class FdslScorer {
    private final FdslHead head;
    private final FdslConfig config;
    private final int rows;
    private final int columns;

    /**
     * @param rows of the patch grid
     * @param columns of the patch grid
     */
    FdslScorer(FdslHead head, FdslConfig config, int rows, int columns) {
        this.head = head;
        this.config = config;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * How abnormal an image is, and where.
     *
     * @param probability mean over the layers of the most abnormal patch's probability
     * @param patches mean over the layers, {@code (rows · columns)}
     * @param map mean over the layers of the maps enlarged to {@code (mapSize, mapSize)}
     */
    record Scored(float probability, float[] patches, float[] map) {
        /** A weighted mean. */
        Scored mixed(Scored other, float share) {
            return new Scored(
                    (1 - share) * probability + share * other.probability,
                    mixed(patches, other.patches, share),
                    mixed(map, other.map, share));
        }

        private static float[] mixed(float[] a, float[] b, float share) {
            float[] mixed = new float[a.length];
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = (1 - share) * a[i] + share * b[i];
            }
            return mixed;
        }
    }

    /**
     * All probability maps of some images.
     *
     * @param differences per layer {@code (b · N, C)}
     * @param train whether batch normalisation takes the statistics of these rows
     * @return {@code (b, h, w, 2)}: for each layer the discrepancy and, with refinement, the refined map
     */
    List<Variable> maps(Tape tape, List<Tensor> differences, boolean train) {
        List<Variable> maps = new ArrayList<>();
        for (int layer = 0; layer < differences.size(); layer++) {
            Variable found = head.discrepancy(layer, tape.constant(differences.get(layer)), train);
            int batch = found.shape().axis(0) / (rows * columns);
            Variable map = ShapeFunctions.reshape(found, batch, rows, columns, 2);
            maps.add(map);
            if (config.refine()) {
                maps.add(head.refined(map));
            }
        }
        return maps;
    }

    /**
     * Scores a whole image by its differences from the bank, per layer {@code (N, C)}.
     *
     * @param ignored patches that do not count, or null
     */
    Scored whole(List<Tensor> differences, boolean[] ignored) {
        try (Tape tape = Tape.inference(differences.get(0).backend())) {
            List<Variable> all = maps(tape, differences, false);
            List<float[]> used = new ArrayList<>();
            int step = config.refine() ? 2 : 1;
            for (int i = step - 1; i < all.size(); i += step) {
                used.add(abnormal(all.get(i)));
            }
            return combined(tape, used, ignored);
        }
    }

    /**
     * Probabilities that patches are abnormal, without refinement.
     *
     * @param differences {@code (r, C)}
     * @return {@code (r)}
     */
    float[] discrepancies(int layer, Tensor differences) {
        try (Tape tape = Tape.inference(differences.backend())) {
            return abnormal(head.discrepancy(layer, tape.constant(differences), false));
        }
    }

    /**
     * Scores an image by its windows' maps, merged, per layer {@code (N)}: refined only now.
     *
     * @param ignored patches that do not count, or null
     * @param scope of the backend
     */
    Scored merged(List<float[]> merged, boolean[] ignored, Scope scope) {
        try (Tape tape = Tape.inference(scope.backend())) {
            List<float[]> used = new ArrayList<>();
            for (float[] map : merged) {
                used.add(config.refine() ? refined(tape, map) : map);
            }
            return combined(tape, used, ignored);
        }
    }

    /** A merged map, {@code (N)}, by its neighbours. */
    float[] refined(Tape tape, float[] map) {
        float[] both = new float[2 * map.length];
        for (int i = 0; i < map.length; i++) {
            both[2 * i] = 1 - map[i];
            both[2 * i + 1] = map[i];
        }
        Variable channels = tape.constant(tape.scope().upload(both, 1, rows, columns, 2));
        return abnormal(head.refined(channels));
    }

    private Scored combined(Tape tape, List<float[]> maps, boolean[] ignored) {
        double probability = 0;
        float[] mean = new float[rows * columns];
        for (float[] map : maps) {
            float most = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < map.length; i++) {
                most = ignored != null && ignored[i] ? most : Math.max(most, map[i]);
                mean[i] += map[i] / maps.size();
            }
            probability += most / (double) maps.size();
        }
        // Enlarging is linear: the mean of the enlarged maps is the enlarged mean.
        int size = config.mapSize();
        SeparableResize resize = SeparableResize.alignedBilinear(rows, columns, size, size, tape.scope());
        Variable map = resize.apply(tape.constant(tape.scope().upload(mean, 1, rows, columns)));
        return new Scored((float) probability, mean, map.value().toArray());
    }

    /** The second of two channels. */
    private static float[] abnormal(Variable probabilities) {
        float[] both = probabilities.value().toArray();
        float[] abnormal = new float[both.length / 2];
        for (int i = 0; i < abnormal.length; i++) {
            abnormal[i] = both[2 * i + 1];
        }
        return abnormal;
    }
}
