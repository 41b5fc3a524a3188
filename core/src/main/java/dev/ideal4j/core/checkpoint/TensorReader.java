package dev.ideal4j.core.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a tensor out of a storage into a row-major float32 array. The storage is read once from front to back in
 * pieces. Even a transposed tensor needs only one pass and no second array.
 */
final class TensorReader {
    private static final int PIECE_BYTES = 1 << 16;

    private final InputStream in;
    private final TensorView view;
    private final byte[] bytes;
    private final ByteBuffer buffer;

    private TensorReader(InputStream in, TensorView view) {
        this.in = in;
        this.view = view;
        this.bytes = new byte
                [(int) Math.min(PIECE_BYTES, 8 * Math.max(1, view.shape().size()))];
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads all elements of {@code view} from the start of its storage.
     *
     * @throws EOFException if the storage ends before the end of the tensor
     * @throws OverlapException if several elements share memory, except by a stride of 0
     */
    static void read(InputStream storage, TensorView view, float[] values) throws IOException {
        if (values.length == 0) {
            return;
        }
        storage.skipNBytes(view.offset());
        TensorReader reader = new TensorReader(storage, view);
        if (view.contiguous()) {
            reader.readContiguous(values);
        } else {
            reader.readStrided(values);
        }
    }

    private void readContiguous(float[] values) throws IOException {
        for (int done = 0; done < values.length; ) {
            int count = fill(values.length - done);
            view.type().decode(buffer, count, values, done);
            done += count;
        }
    }

    /** Visits the elements in the order of the storage and writes each to its target index. */
    private void readStrided(float[] values) throws IOException {
        Walk walk = new Walk(view);
        float[] piece = new float[bytes.length / view.type().bytes()];
        long pieceStart = 0;
        int pieceLength = 0;
        for (int n = 0; n < values.length; n++) {
            if (walk.position >= pieceStart + pieceLength) {
                in.skipNBytes(
                        (walk.position - pieceStart - pieceLength) * view.type().bytes());
                pieceStart = walk.position;
                pieceLength = fill(walk.end - walk.position);
                view.type().decode(buffer, pieceLength, piece, 0);
            }
            values[walk.target] = piece[(int) (walk.position - pieceStart)];
            walk.advance();
        }
    }

    /** Reads at most {@code wanted} elements into the buffer and returns their number. */
    private int fill(long wanted) throws IOException {
        int width = view.type().bytes();
        int count = (int) Math.min(wanted, bytes.length / width);
        if (in.readNBytes(bytes, 0, count * width) < count * width) {
            throw new EOFException("the storage ends inside the tensor");
        }
        return count;
    }

    /** Thrown if elements of a tensor share memory. */
    static final class OverlapException extends IOException {
        private static final long serialVersionUID = 1L;

        OverlapException(String message) {
            super(message);
        }
    }

    /**
     * Iterates over the elements of a view by ascending position in the storage. Repeated elements (stride 0) follow
     * each other.
     */
    private static final class Walk {
        private final int axes;
        private final int[] lengths;
        private final long[] strides;
        private final int[] targetSteps;
        private final int[] index;

        /** Position of the current element, relative to the first element. */
        private long position;
        /** Target index of the current element. */
        private int target;
        /** One past the last position. */
        private final long end;

        Walk(TensorView view) throws OverlapException {
            long[] targetStrides = TensorView.rowMajor(view.shape());
            List<Integer> order = new ArrayList<>();
            for (int axis = 0; axis < view.shape().rank(); axis++) {
                if (view.shape().axis(axis) > 1) {
                    order.add(axis);
                }
            }
            order.sort((a, b) -> Long.compare(view.strides()[b], view.strides()[a]));
            axes = order.size();
            lengths = new int[axes];
            strides = new long[axes];
            targetSteps = new int[axes];
            index = new int[axes];
            long extent = 0;
            for (int i = axes - 1; i >= 0; i--) {
                int axis = order.get(i);
                lengths[i] = view.shape().axis(axis);
                strides[i] = view.strides()[axis];
                targetSteps[i] = (int) targetStrides[axis];
                if (strides[i] != 0 && strides[i] <= extent) {
                    throw new OverlapException("strides that make elements overlap");
                }
                extent += (lengths[i] - 1) * strides[i];
            }
            end = extent + 1;
        }

        void advance() {
            for (int i = axes - 1; i >= 0; i--) {
                position += strides[i];
                target += targetSteps[i];
                if (++index[i] < lengths[i]) {
                    return;
                }
                position -= strides[i] * lengths[i];
                target -= targetSteps[i] * lengths[i];
                index[i] = 0;
            }
        }
    }
}
