package dev.ideal4j.detectors.training;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.ide.PatchMask;
import java.util.List;

/**
 * Episodes of one shape, with features from a frozen backbone. All tensors are the maker's.
 *
 * @param rows rows of the patch grid
 * @param columns columns of the patch grid, N = rows · columns
 * @param query {@code (b, N, C)}
 * @param normal {@code (b, n·N, C)}: each episode's normal rows
 * @param abnormal {@code (b, a·N, C)}, reference by reference, a ≥ 1
 * @param masks per episode the patch masks of its abnormal references
 * @param labels {@code (b)}: 1 where the query is abnormal, else 0
 * @param targets {@code (b, 2, height · width)}: per pixel 1 − mask, mask
 * @param height of the pixel masks
 * @param width of the pixel masks
 */
public record EpisodeBatch(
        int rows,
        int columns,
        Tensor query,
        Tensor normal,
        Tensor abnormal,
        List<List<PatchMask>> masks,
        Indices labels,
        Tensor targets,
        int height,
        int width) {
    /** Number of episodes, b. */
    public int samples() {
        return masks.size();
    }

    /** The rows of one episode in {@code (b, r, C)}: {@code (r, C)}. */
    public static Tensor sample(Tensor tensor, int sample) {
        return tensor.slice(sample, 1)
                .reshape(tensor.shape().axis(1), tensor.shape().axis(2));
    }
}
