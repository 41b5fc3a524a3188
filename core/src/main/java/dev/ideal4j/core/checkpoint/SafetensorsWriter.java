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

/** Writes safetensors files of float32 and uint8 tensors. */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * Writes all tensors in their order and reads them one at a time. The same weights and metadata give the same
     * bytes. The file is written atomically.
     *
     * @param file the file to write; replaced if it exists
     * @param weights the tensors; must not be read from {@code file}
     * @param metadata metadata to store with the tensors
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     * @throws InvalidInputException if a tensor is named {@code __metadata__} or the header exceeds the limit of the
     *     format
     */
    public static void write(Path file, Weights weights, Map<String, String> metadata) {
        AtomicFile.write(file, out -> write(out, weights, Set.of(), metadata));
    }

    /**
     * Like {@link #write(Path, Weights, Map)}, to a stream and with some uint8 tensors.
     *
     * @param out not closed
     * @param bytes names of the tensors to store as uint8; their values must be integers from 0 to 255
     * @throws IOException if the stream fails
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

    /** Returns the header, padded with spaces so that the data starts at a multiple of 8 bytes. */
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
