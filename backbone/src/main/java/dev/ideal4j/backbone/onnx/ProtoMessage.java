package dev.ideal4j.backbone.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A message in Protocol Buffers' wire format, built field by field. Large arrays are suppliers that are called one at a
 * time while the message is written. The length of the message is known before.
 */
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final List<Part> parts = new ArrayList<>();
    private long size;

    /** A part of the encoded message. */
    private interface Part {
        void write(OutputStream out) throws IOException;
    }

    /** Length of the encoded message in bytes. */
    long size() {
        return size;
    }

    void write(OutputStream out) throws IOException {
        for (Part part : parts) {
            part.write(out);
        }
    }

    ProtoMessage number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtoMessage number(int field, float value) {
        tag(field, FIXED32);
        bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
        return this;
    }

    ProtoMessage text(int field, String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        header(field, encoded.length);
        bytes(encoded);
        return this;
    }

    ProtoMessage message(int field, ProtoMessage value) {
        header(field, value.size);
        add(value.size, value::write);
        return this;
    }

    /** Adds a byte field with 64-bit integers. */
    ProtoMessage longs(int field, long[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(values);
        header(field, buffer.capacity());
        bytes(buffer.array());
        return this;
    }

    /** Adds a byte field with {@code count} 32-bit floats, which are supplied when the message is written. */
    ProtoMessage floats(int field, int count, Supplier<float[]> values) {
        header(field, 4L * count);
        add(4L * count, out -> {
            float[] array = values.get();
            if (array.length != count) {
                throw new IllegalStateException(array.length + " values where " + count + " were announced");
            }
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
            for (int from = 0; from < count; from += chunk.capacity() / 4) {
                int length = Math.min(chunk.capacity() / 4, count - from);
                chunk.asFloatBuffer().put(array, from, length);
                out.write(chunk.array(), 0, 4 * length);
            }
        });
        return this;
    }

    private void header(int field, long length) {
        tag(field, LENGTH);
        varint(length);
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        byte[] encoded = new byte[10];
        int length = 0;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            encoded[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        encoded[length++] = (byte) rest;
        int used = length;
        add(used, out -> out.write(encoded, 0, used));
    }

    private void bytes(byte[] encoded) {
        add(encoded.length, out -> out.write(encoded));
    }

    private void add(long length, Part part) {
        size += length;
        parts.add(part);
    }
}
