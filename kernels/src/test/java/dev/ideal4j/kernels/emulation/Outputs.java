package dev.ideal4j.kernels.emulation;

/** Several results as one array, for comparison. */
final class Outputs {
    private Outputs() {}

    static float[] concat(float[]... parts) {
        int length = 0;
        for (float[] part : parts) {
            length += part.length;
        }
        float[] all = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Indices as shares of their number, so that they compare beside numbers within 1. */
    static float[] shares(int[] indices, int count) {
        float[] values = new float[indices.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) indices[i] / count;
        }
        return values;
    }
}
