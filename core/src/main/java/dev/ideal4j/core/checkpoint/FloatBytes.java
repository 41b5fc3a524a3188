package dev.ideal4j.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts floats to little-endian bytes in pieces. */
final class FloatBytes {
    private static final int PIECE = 1 << 14;

    /** Receives a piece. The array is reused for the next piece. */
    @FunctionalInterface
    interface Sink<E extends Exception> {
        void accept(byte[] bytes, int count) throws E;
    }

    private FloatBytes() {}

    /** Passes all {@code values} to {@code sink} in order. */
    static <E extends Exception> void forEach(float[] values, Sink<E> sink) throws E {
        ByteBuffer piece = ByteBuffer.allocate(Math.min(PIECE, values.length) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < values.length; ) {
            int count = Math.min(PIECE, values.length - done);
            piece.asFloatBuffer().put(values, done, count);
            sink.accept(piece.array(), count * Float.BYTES);
            done += count;
        }
    }
}
