package dev.ideal4j.detectors.training;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.ide.PatchMask;
import java.util.List;

/**
 * Episodes with equal numbers of references, with features from a frozen backbone. The caller that made the batch owns all
 * tensors.
 *
 * @param rows rows of the patch grid
 * @param columns columns of the patch grid, N = rows · columns
 * @param query {@code (b, N, C)}
 * @param normal {@code (b, n·N, C)}: features of each episode's normal references
 * @param abnormal {@code (b, a·N, C)}, reference by reference, a ≥ 1
 * @param masks for each episode the patch masks of its abnormal references
 * @param labels {@code (b)}: 1 if the query is abnormal, otherwise 0
 * @param targets for each episode the query's mask at the network's input size; empty for a normal query
 */
public record EpisodeBatch(
        int rows,
        int columns,
        Tensor query,
        Tensor normal,
        Tensor abnormal,
        List<List<PatchMask>> masks,
        Indices labels,
        List<Mask> targets) {
    /** Number of episodes, b. */
    public int samples() {
        return masks.size();
    }

    /** Height of the targets, in pixels. */
    public int height() {
        return targets.get(0).height();
    }

    /** Width of the targets, in pixels. */
    public int width() {
        return targets.get(0).width();
    }

    /**
     * Writes the targets of some episodes for losses on maps: 1 − mask for each pixel, then the mask.
     *
     * @param first first episode
     * @param to {@code (episodes, 2, height · width)}
     */
    public void writeTargets(int first, Tensor to) {
        int pixels = to.shape().last();
        float[] values = new float[2 * pixels];
        for (int i = 0; i < to.shape().axis(0); i++) {
            boolean[] set = targets.get(first + i).pixels();
            for (int pixel = 0; pixel < pixels; pixel++) {
                values[pixel] = set[pixel] ? 0 : 1;
                values[pixels + pixel] = set[pixel] ? 1 : 0;
            }
            to.slice(i, 1).write(values);
        }
    }

    /** Takes one episode, {@code (r, C)}, from a tensor {@code (b, r, C)}; a view. */
    public static Tensor sample(Tensor tensor, int sample) {
        return tensor.slice(sample, 1)
                .reshape(tensor.shape().axis(1), tensor.shape().axis(2));
    }
}
