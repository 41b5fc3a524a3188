package dev.ideal4j.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Writes safetensors files of float32 tensors, and of bytes. */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * Writes all tensors in their order, reading one at a time. The same weights and settings give the same bytes. The
     * file appears whole or not at all.
     *
     * @param file replaced if it exists
     * @param weights not modified; must not come from {@code file}
     * @param metadata settings to store beside them
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     * @throws InvalidInputException if a tensor is named {@code __metadata__} or the header exceeds the format's limit
     */
    public static void write(Path file, Weights weights, Map<String, String> metadata) {
        AtomicFile.write(file, out -> write(out, weights, Set.of(), metadata));
    }

    /**
     * As {@link #write(Path, Weights, Map)}, to a stream, with some tensors of bytes.
     *
     * @param out not closed
     * @param bytes names of the tensors whose values are whole numbers from 0 to 255; they are stored as uint8
     * @throws IOException if the stream does
     */
    public static void write(OutputStream out, Weights weights, Set<String> bytes, Map<String, String> metadata)
            throws IOException {
        byte[] header = header(weights, bytes, metadata);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (String name : weights.names()) {
            float[] values = weights.read(name);
            if (bytes.contains(name)) {
                out.write(bytes(values));
            } else {
                FloatBytes.<IOException>forEach(values, (some, count) -> out.write(some, 0, count));
            }
        }
    }

    private static byte[] bytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    /** The header, padded with blanks so that the data starts at a multiple of 8 bytes. */
    private static byte[] header(Weights weights, Set<String> bytes, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(header)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(Safetensors.METADATA);
                for (Map.Entry<String, String> setting : metadata.entrySet()) {
                    json.writeStringField(setting.getKey(), setting.getValue());
                }
                json.writeEndObject();
            }
            long position = 0;
            for (String name : weights.names()) {
                if (name.equals(Safetensors.METADATA)) {
                    throw new InvalidInputException("tensor name", name, "a name the format does not reserve");
                }
                ElementType type = bytes.contains(name) ? ElementType.U8 : ElementType.F32;
                position = writeEntry(json, name, type, weights.shape(name), position);
            }
            json.writeEndObject();
        }
        while (header.size() % Long.BYTES != 0) {
            header.write(' ');
        }
        if (header.size() > Safetensors.LONGEST_HEADER) {
            throw new InvalidInputException(
                    "safetensors header", header.size() + " bytes", "at most " + Safetensors.LONGEST_HEADER);
        }
        return header.toByteArray();
    }

    private static long writeEntry(JsonGenerator json, String name, ElementType type, Shape shape, long begin)
            throws IOException {
        long end = begin + shape.size() * type.bytes();
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", type.name());
        json.writeFieldName("shape");
        json.writeArray(shape.toArray(), 0, shape.rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        return end;
    }
}
