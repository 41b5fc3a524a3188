package dev.ideal4j.core.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * A golden fixture: values of the published implementation. Read from {@code -Dgolden.dir}, else from the small ones in
 * the test resources; a test whose fixture is in neither is skipped with its name. Has its own safetensors reader, so
 * that it does not share mistakes with the one under test.
 */
public final class Fixture {
    private final JsonNode header;
    private final ByteBuffer data;

    private Fixture(JsonNode header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** Opens a safetensors fixture, for instance {@code ideal/ideal_n1a1.safetensors}. */
    public static Fixture open(String name) {
        try {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
            int length = Math.toIntExact(all.getLong(0));
            String json = new String(all.array(), 8, length, StandardCharsets.UTF_8);
            ByteBuffer data = all.position(8 + length).slice().order(ByteOrder.LITTLE_ENDIAN);
            return new Fixture(new ObjectMapper().readTree(json), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of a fixture; skips the calling test when there is none. */
    public static Path file(String name) {
        Path file =
                Path.of(System.getProperty("golden.dir", "../shared/golden")).resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        try (InputStream resource = Fixture.class.getResourceAsStream("/golden/" + name)) {
            assumeTrue(resource != null, "golden fixture " + name + " not found; set -Dgolden.dir");
            Path copy = Files.createTempFile("golden", "-" + file.getFileName());
            copy.toFile().deleteOnExit();
            Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the real images under {@code -Ddata.dir}; skips the calling test when there is none. */
    public static Path data(String name) {
        Path file = Path.of(System.getProperty("data.dir", "../shared/data")).resolve(name);
        assumeTrue(Files.exists(file), "real image " + name + " not found; set -Ddata.dir");
        return file;
    }

    /** A file of real weights under {@code -Dweights.dir}; skips the calling test when there is none. */
    public static Path weights(String name) {
        Path file =
                Path.of(System.getProperty("weights.dir", "../shared/weights")).resolve(name);
        assumeTrue(Files.exists(file), "weights " + name + " not found; set -Dweights.dir");
        return file;
    }

    /** A setting of the fixture. */
    public String meta(String key) {
        JsonNode value = header.path("__metadata__").path(key);
        if (value.isMissingNode()) {
            throw new IllegalArgumentException("no metadata " + key + " in " + header.path("__metadata__"));
        }
        return value.asText();
    }

    /** A setting of the fixture, or {@code otherwise} when it is not stated. */
    public String meta(String key, String otherwise) {
        return header.path("__metadata__").path(key).asText(otherwise);
    }

    /** A setting as a number. */
    public int metaInt(String key) {
        return Integer.parseInt(meta(key));
    }

    /** Whether a tensor is stored. */
    public boolean has(String name) {
        return header.has(name);
    }

    /** Axis lengths of a tensor. */
    public int[] shape(String name) {
        JsonNode shape = entry(name).path("shape");
        int[] lengths = new int[shape.size()];
        Arrays.setAll(lengths, i -> shape.get(i).asInt());
        return lengths;
    }

    /** A tensor of any stored type as doubles, row-major. */
    public double[] doubles(String name) {
        JsonNode entry = entry(name);
        int begin = entry.path("data_offsets").get(0).asInt();
        int end = entry.path("data_offsets").get(1).asInt();
        String type = entry.path("dtype").asText();
        int width =
                switch (type) {
                    case "U8", "BOOL" -> 1;
                    case "F32", "I32" -> 4;
                    case "F64", "I64" -> 8;
                    default -> throw new IllegalArgumentException(name + " is " + type);
                };
        double[] values = new double[(end - begin) / width];
        for (int i = 0; i < values.length; i++) {
            int at = begin + i * width;
            values[i] = switch (type) {
                case "F32" -> data.getFloat(at);
                case "F64" -> data.getDouble(at);
                case "I32" -> data.getInt(at);
                case "I64" -> data.getLong(at);
                default -> data.get(at) & 0xFF;
            };
        }
        return values;
    }

    /** A tensor as floats, row-major. */
    public float[] floats(String name) {
        double[] values = doubles(name);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private JsonNode entry(String name) {
        JsonNode entry = header.path(name);
        if (entry.isMissingNode()) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return entry;
    }
}
