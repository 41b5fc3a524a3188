package dev.ideal4j.ide;

/**
 * Determines which sample's patch mask an attention head sees if several samples are encoded at once. With one sample,
 * both layouts are the same.
 */
public enum MaskLayout {
    /** Each sample's heads see the sample's own mask. */
    OWN {
        @Override
        int source(int sample, int head, int heads, int samples) {
            return sample;
        }
    },

    /**
     * The layout of the published implementation. Its masks are stored head by head but are read sample by sample, so
     * that head h of sample i sees the mask of sample {@code (i · heads + h) mod b}. Published checkpoints were trained
     * this way, in batches of 16.
     */
    PUBLISHED {
        @Override
        int source(int sample, int head, int heads, int samples) {
            return (int) (((long) sample * heads + head) % samples);
        }
    };

    /** Returns the sample whose mask a head sees. */
    abstract int source(int sample, int head, int heads, int samples);
}
