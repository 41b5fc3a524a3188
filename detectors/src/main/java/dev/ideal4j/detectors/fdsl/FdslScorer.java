package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.SeparableResize;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes scores from feature differences: for the whole image, for its windows, and for both.
 *
 * @param rows rows of the patch grid
 * @param columns columns of the patch grid
 */
record FdslScorer(FdslHead head, FdslConfig config, int rows, int columns) {
    /**
     * The scores of an image.
     *
     * @param probability highest probability of a patch, averaged over the layers
     * @param patches probabilities of the patches, averaged over the layers, {@code (rows · columns)}
     * @param map maps enlarged to {@code (mapSize, mapSize)}, averaged over the layers
     */
    record Scored(float probability, float[] patches, float[] map) {
        /** The weighted mean of these scores and others. */
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
     * Computes all probability maps of some images.
     *
     * @param differences for each layer {@code (b · N, C)}
     * @param train whether batch normalisation uses the statistics of these rows
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
     * Scores a whole image by its differences from the bank, for each layer {@code (N, C)}.
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
     * Scores an image by the merged maps of its windows, for each layer {@code (N)}. The maps are refined after merging.
     *
     * @param ignored patches that do not count, or null
     * @param scope a scope of the backend
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

    /** Refines a merged map, {@code (N)}, by its neighbourhoods. */
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
        // Enlarging is linear, so the mean of the enlarged maps is the enlarged mean.
        int size = config.mapSize();
        SeparableResize resize = SeparableResize.alignedBilinear(rows, columns, size, size, tape.scope());
        Variable map = resize.apply(tape.constant(tape.scope().upload(mean, 1, rows, columns)));
        return new Scored((float) probability, mean, map.value().toArray());
    }

    /** The second of two channels, which is the probability of abnormal. */
    private static float[] abnormal(Variable probabilities) {
        float[] both = probabilities.value().toArray();
        float[] abnormal = new float[both.length / 2];
        for (int i = 0; i < abnormal.length; i++) {
            abnormal[i] = both[2 * i + 1];
        }
        return abnormal;
    }
}
