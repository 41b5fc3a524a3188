package dev.ideal4j.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/** Writes safetensors files of float32 tensors. */
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
        AtomicFile.write(file, out -> {
            byte[] header = header(weights, metadata);
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (String name : weights.names()) {
                FloatBytes.<IOException>forEach(weights.read(name), (bytes, count) -> out.write(bytes, 0, count));
            }
        });
    }

    /** The header, padded with blanks so that the data starts at a multiple of 8 bytes. */
    private static byte[] header(Weights weights, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
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
                position = writeEntry(json, name, weights.shape(name), position);
            }
            json.writeEndObject();
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        if (bytes.size() > Safetensors.LONGEST_HEADER) {
            throw new InvalidInputException(
                    "safetensors header", bytes.size() + " bytes", "at most " + Safetensors.LONGEST_HEADER);
        }
        return bytes.toByteArray();
    }

    private static long writeEntry(JsonGenerator json, String name, Shape shape, long begin) throws IOException {
        long end = begin + shape.size() * Float.BYTES;
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", ElementType.F32.name());
        json.writeFieldName("shape");
        json.writeArray(shape.toArray(), 0, shape.rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        return end;
    }
}
