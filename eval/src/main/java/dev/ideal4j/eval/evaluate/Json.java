package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Writes and reads records as JSON. NaN is written as null, because JSON has no NaN, and null is read as NaN. */
public final class Json {
    /** The mapper, for files that are written in pieces. */
    public static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new SimpleModule()
                    .addSerializer(Double.class, new NullForNan())
                    .addSerializer(double.class, new NullForNan())
                    .addDeserializer(double.class, new NanForNull()))
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    private Json() {}

    /** Writes a file, indented. The file is replaced only when it is complete. */
    public static void write(Path file, Object value) {
        AtomicFile.write(
                file,
                out -> out.write(
                        MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(value)));
    }

    /**
     * Reads a file.
     *
     * @param what the expected content, for messages
     * @throws FileFormatException if the file has another content
     */
    public static <T> T read(Path file, Class<T> type, String what) {
        try {
            return MAPPER.readValue(file.toFile(), type);
        } catch (JsonProcessingException e) {
            throw new FileFormatException(
                    file, e.getOriginalMessage().lines().findFirst().orElse("nothing"), what, e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /** A value as it is when its JSON is read, so that an int equals the long it was written as. */
    static JsonNode parsed(Object value) {
        try {
            return MAPPER.readTree(MAPPER.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class NullForNan extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
    }

    private static final class NanForNull extends JsonDeserializer<Double> {
        @Override
        public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return in.getDoubleValue();
        }

        @Override
        public Double getNullValue(DeserializationContext context) {
            return Double.NaN;
        }
    }
}
