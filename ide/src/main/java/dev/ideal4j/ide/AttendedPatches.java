package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The patches of abnormal references that the encoder's attention can see, usually a few per cent. They are the patches
 * in the masks of a sample and in the masks that the sample's heads read instead (see {@link MaskLayout}). All other
 * patches would have the weight exp(−10⁹) = 0, so they need not be computed. If a mask that is read marks no patch,
 * attention weights all patches equally, and this class then contains all patches. Immutable.
 *
 * <p>Samples with fewer patches than others are padded with fillers that no head sees, so that a batch is one tensor.
 */
public final class AttendedPatches {
    /** The bias of the attention scores of patches outside the mask. */
    private static final float OUTSIDE = -1e9f;

    private final List<List<PatchMask>> masks;
    private final MaskLayout layout;
    private final int heads;

    /** The patches of each sample. The last ones may be fillers. */
    private final int[][] patches;

    /** The number of patches of each sample without fillers. */
    private final int[] counts;

    private AttendedPatches(List<List<PatchMask>> masks, MaskLayout layout, int heads, BitSet[] seen) {
        this.masks = masks;
        this.layout = layout;
        this.heads = heads;
        this.patches = new int[seen.length][];
        this.counts = new int[seen.length];
        int most = 0;
        for (int sample = 0; sample < seen.length; sample++) {
            counts[sample] = seen[sample].cardinality();
            most = Math.max(most, counts[sample]);
        }
        for (int sample = 0; sample < seen.length; sample++) {
            patches[sample] = new int[most];
            int at = 0;
            for (int patch = seen[sample].nextSetBit(0); patch >= 0; patch = seen[sample].nextSetBit(patch + 1)) {
                patches[sample][at++] = patch;
            }
        }
    }

    /**
     * Finds the patches.
     *
     * @param masks the patch masks of each sample's references; every sample has the same total number of patches, 1 or
     *     more
     * @param layout determines which sample's mask each head reads if there are several samples
     * @param heads number of attention heads
     * @throws InvalidInputException if the samples have different numbers of patches, or none
     */
    public static AttendedPatches of(List<List<PatchMask>> masks, MaskLayout layout, int heads) {
        int samples = masks.size();
        int count = total(masks.get(0));
        BitSet[] own = new BitSet[samples];
        for (int sample = 0; sample < samples; sample++) {
            if (total(masks.get(sample)) != count || count == 0) {
                throw new InvalidInputException(
                        "masks", total(masks.get(sample)) + " patches", "as many as in other samples, at least 1");
            }
            own[sample] = marked(masks.get(sample));
        }
        BitSet[] seen = new BitSet[samples];
        for (int sample = 0; sample < samples; sample++) {
            seen[sample] = (BitSet) own[sample].clone();
            for (int head = 0; head < heads; head++) {
                BitSet read = own[layout.source(sample, head, heads, samples)];
                seen[sample].or(read);
                if (read.isEmpty()) {
                    seen[sample].set(0, count);
                }
            }
        }
        return new AttendedPatches(masks, layout, heads, seen);
    }

    private static int total(List<PatchMask> references) {
        return references.stream().mapToInt(PatchMask::size).sum();
    }

    /** Returns the marked patches of a sample's references, reference by reference. */
    private static BitSet marked(List<PatchMask> references) {
        BitSet marked = new BitSet();
        int first = 0;
        for (PatchMask mask : references) {
            for (int patch = 0; patch < mask.size(); patch++) {
                marked.set(first + patch, mask.marked(patch));
            }
            first += mask.size();
        }
        return marked;
    }

    /** Returns the number of samples, b. */
    public int samples() {
        return patches.length;
    }

    /** Returns the number of patches of each sample, including fillers: L. */
    public int length() {
        return patches[0].length;
    }

    /** Returns the number of all patches of each sample's references, a·N. */
    public int all() {
        return total(masks.get(0));
    }

    /** Returns the number of attention heads. */
    public int heads() {
        return heads;
    }

    /**
     * Selects the rows of the patches.
     *
     * @param rows {@code (b, a·N, C)}, reference by reference
     * @param scope owner of the result
     * @return {@code (b, L, C)}; fillers are rows of zeros
     */
    public Tensor select(Tensor rows, Scope scope) {
        Tensor selected = scope.allocate(samples(), length(), rows.shape().last());
        for (int sample = 0; sample < samples(); sample++) {
            select(sample, rows.slice(sample, 1), selected.slice(sample, 1));
        }
        return selected;
    }

    /** Copies runs of adjacent patches at once. */
    private void select(int sample, Tensor rows, Tensor selected) {
        Backend backend = rows.backend();
        int width = rows.shape().last();
        Tensor from = rows.reshape(all(), width);
        Tensor to = selected.reshape(length(), width);
        int[] chosen = patches[sample];
        for (int first = 0, last; first < counts[sample]; first = last) {
            for (last = first + 1; last < counts[sample] && chosen[last] == chosen[last - 1] + 1; last++) {}
            backend.copy(from.slice(chosen[first], last - first), to.slice(first, last - first));
        }
    }

    /**
     * Returns the position embeddings of the patches.
     *
     * @param width feature width C
     * @param scope owner of the result
     * @return {@code (b, L, C)}; zeros for fillers
     */
    public Tensor positions(int width, Scope scope) {
        Tensor positions = scope.allocate(samples(), length(), width);
        float[] all = new float[samples() * length() * width];
        IntStream.range(0, samples()).parallel().forEach(sample -> {
            SinePositionEmbedding embedding = new SinePositionEmbedding(masks.get(sample), width);
            for (int i = 0; i < counts[sample]; i++) {
                embedding.write(patches[sample][i], all, (sample * length() + i) * width);
            }
        });
        positions.write(all);
        return positions;
    }

    /**
     * Returns the bias that restricts each head to its masks, {@code (b, heads, L)}: 0 inside, −10⁹ outside. If no patch
     * of a sample is marked, the attention is uniform, because the scores are smaller than the rounding error of −10⁹.
     */
    public Tensor keyBias(Scope scope) {
        float[] bias = new float[samples() * heads * length()];
        int at = 0;
        for (int sample = 0; sample < samples(); sample++) {
            for (int head = 0; head < heads; head++) {
                BitSet read = marked(masks.get(layout.source(sample, head, heads, samples())));
                for (int i = 0; i < length(); i++) {
                    bias[at++] = i < counts[sample] && read.get(patches[sample][i]) ? 0 : OUTSIDE;
                }
            }
        }
        return scope.upload(bias, samples(), heads, length());
    }

    /** Returns 1 for each patch in its own sample's masks and 0 for all others, {@code (b, L)}. */
    public Tensor own(Scope scope) {
        float[] own = new float[samples() * length()];
        for (int sample = 0; sample < samples(); sample++) {
            BitSet marked = marked(masks.get(sample));
            for (int i = 0; i < counts[sample]; i++) {
                own[sample * length() + i] = marked.get(patches[sample][i]) ? 1 : 0;
            }
        }
        return scope.upload(own, samples(), length());
    }
}
