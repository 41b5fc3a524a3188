package dev.ideal4j.ide;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.List;

/** The bias that restricts attention to the masks of abnormal references. */
public final class KeyBias {
    /** The bias of the attention scores of patches outside the mask. */
    static final float OUTSIDE = -1e9f;

    private KeyBias() {}

    /**
     * Returns the bias of the scores of each key: 0 inside the masks, −10⁹ outside. If no patch of a sample is marked,
     * the attention is uniform, because the scores are smaller than the rounding error of −10⁹.
     *
     * @param masks the patch masks of each sample's references; every sample has the same number of patches
     * @param layout determines which sample's mask each head sees
     * @param heads number of heads
     * @param scope owner of the result
     * @return {@code (b, heads, a·N)}
     */
    public static Tensor of(List<List<PatchMask>> masks, MaskLayout layout, int heads, Scope scope) {
        int samples = masks.size();
        int keys = masks.get(0).stream().mapToInt(PatchMask::size).sum();
        float[] bias = new float[samples * heads * keys];
        for (int sample = 0; sample < samples; sample++) {
            for (int head = 0; head < heads; head++) {
                int at = (sample * heads + head) * keys;
                for (PatchMask mask : masks.get(layout.source(sample, head, heads, samples))) {
                    for (int patch = 0; patch < mask.size(); patch++) {
                        bias[at++] = mask.marked(patch) ? 0 : OUTSIDE;
                    }
                }
            }
        }
        return scope.upload(bias, samples, heads, keys);
    }
}
