package dev.ideal4j.ide;

/**
 * Which sample's patch mask an attention head sees when several samples are encoded at once. With one sample both are the
 * same.
 */
public enum MaskLayout {
    /** Each sample its own. */
    OWN {
        @Override
        int source(int sample, int head, int heads, int samples) {
            return sample;
        }
    },

    /**
     * As the published implementation has it: its masks lie head by head but are read sample by sample, so that head h of
     * sample i sees the mask of sample {@code (i · heads + h) mod b}. Published checkpoints were trained this way, in
     * batches of 16.
     */
    PUBLISHED {
        @Override
        int source(int sample, int head, int heads, int samples) {
            return (int) (((long) sample * heads + head) % samples);
        }
    };

    /** The sample whose mask a head sees. */
    abstract int source(int sample, int head, int heads, int samples);
}
