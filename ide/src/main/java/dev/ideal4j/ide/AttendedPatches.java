package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The patches of abnormal references that the encoder's attention can see, usually a few per cent: those in the masks of a
 * sample, and in those that its heads read in place of its own (see {@link MaskLayout}). All others would get the weight
 * exp(−10⁹) = 0, so that they need not be computed at all. Only where a mask that is read marks nothing does attention see
 * all patches alike, and then all are here. Immutable.
 *
 * <p>Samples with fewer patches than others are filled up with ones that no head sees, so that a batch is one tensor.
 */
public final class AttendedPatches {
    private final List<List<PatchMask>> masks;
    private final MaskLayout layout;
    private final int heads;

    /** Per sample the patches, of which the last ones may be fillers. */
    private final int[][] patches;

    /** Per sample how many are not fillers. */
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
     * @param masks per sample the patch masks of its references, as many patches in all for each sample, 1 or more
     * @param layout whose mask each head reads when there are several samples
     * @param heads attention heads
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

    /** The marked patches of a sample's references, reference by reference. */
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

    /** Number of samples, b. */
    public int samples() {
        return patches.length;
    }

    /** Patches of each sample, fillers included: L. */
    public int length() {
        return patches[0].length;
    }

    /** All patches of each sample's references, a·N. */
    public int all() {
        return total(masks.get(0));
    }

    /** Number of attention heads. */
    public int heads() {
        return heads;
    }

    /**
     * Picks the patches' rows.
     *
     * @param rows {@code (b, a·N, C)}, reference by reference
     * @param scope owner of the result
     * @return {@code (b, L, C)}; rows of zeros for fillers
     */
    public Tensor select(Tensor rows, Scope scope) {
        Tensor selected = scope.allocate(samples(), length(), rows.shape().last());
        for (int sample = 0; sample < samples(); sample++) {
            select(sample, rows.slice(sample, 1), selected.slice(sample, 1));
        }
        return selected;
    }

    /** Copies neighbouring patches at once. */
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
     * Position embeddings of the patches.
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

    /** What keeps each head inside its masks, {@code (b, heads, L)}. */
    public Tensor keyBias(Scope scope) {
        float[] bias = new float[samples() * heads * length()];
        int at = 0;
        for (int sample = 0; sample < samples(); sample++) {
            for (int head = 0; head < heads; head++) {
                BitSet read = marked(masks.get(layout.source(sample, head, heads, samples())));
                for (int i = 0; i < length(); i++) {
                    bias[at++] = i < counts[sample] && read.get(patches[sample][i]) ? 0 : KeyBias.OUTSIDE;
                }
            }
        }
        return scope.upload(bias, samples(), heads, length());
    }

    /** 1 for each patch in its own sample's masks, else 0: {@code (b, L)}. */
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
