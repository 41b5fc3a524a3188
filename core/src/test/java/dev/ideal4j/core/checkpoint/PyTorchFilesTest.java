package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Shape;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch and safetensors wrote (see {@code make.py} among the resources): every format, type and layout. */
class PyTorchFilesTest {
    private static final List<String> TYPES =
            List.of("float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool");

    @ParameterizedTest
    @ValueSource(strings = {"zip.pth", "protocol3.pth", "protocol4.pth", "protocol5.pth", "legacy.pth"})
    void readsATrainingCheckpoint(String name) {
        try (WeightFile weights = open(name)) {
            Stream<String> types = TYPES.stream().map(type -> "types." + type);
            Stream<String> layouts = Stream.of(
                    "scalar.float32",
                    "empty.float32",
                    "slice.float32",
                    "transposed.float16",
                    "permuted.float32",
                    "expanded.float32",
                    "parameter.float32",
                    "attributed.float32");
            assertThat(weights.names())
                    .containsExactlyElementsOf(Stream.concat(types, layouts).toList());
            assertThat(weights.shape("types.bool")).isEqualTo(Shape.of(3, 7));
            assertThat(weights.shape("scalar.float32")).isEqualTo(Shape.of());
            assertThat(weights.shape("empty.float32")).isEqualTo(Shape.of(0, 3));
            assertThat(weights.shape("permuted.float32")).isEqualTo(Shape.of(6, 4, 5));
            assertAllAsMade(weights);
        }
    }

    /** Transposed beyond one piece of the reader's buffer, under a wrapper and with DataParallel's prefix. */
    @Test
    void readsTransposedTensorsOfAParallelModel() {
        try (WeightFile weights = open("parallel.pth")) {
            assertThat(weights.names()).contains("slice.float32").noneMatch(name -> name.startsWith("module."));
            assertThat(weights.shape("transposed.float16")).isEqualTo(Shape.of(900, 50));
            assertAllAsMade(weights);
        }
    }

    @Test
    void readsUnsignedTypes() {
        try (WeightFile weights = open("unsigned.pth")) {
            assertThat(weights.names()).containsExactly("types.uint8", "types.uint16", "types.uint32", "types.uint64");
            assertAllAsMade(weights);
        }
    }

    @Test
    void readsSafetensors() {
        try (WeightFile weights = open("types.safetensors")) {
            assertThat(weights.names()).hasSize(TYPES.size() + 3);
            assertThat(weights.metadata()).containsOnlyKeys("made").containsValue("with safetensors");
            assertAllAsMade(weights);
        }
    }

    /** A scripted module's attributes: parameters, buffers, lists, named tuples, and a module under two names. */
    @Test
    void readsATorchScriptArchive() {
        try (WeightFile weights = open("script.pt")) {
            assertThat(weights.names())
                    .containsExactlyInAnyOrder(
                            "inner.float16",
                            "inner.int64",
                            "same.float16",
                            "same.int64",
                            "parts.0",
                            "parts.1",
                            "point.0",
                            "point.1",
                            "blocks.0.weight",
                            "blocks.0.bias",
                            "blocks.0.running_mean",
                            "blocks.0.running_var",
                            "blocks.0.num_batches_tracked");
            for (String name : List.of("inner.float16", "inner.int64", "same.float16", "same.int64")) {
                assertAsMade(weights, name);
            }
            assertThat(weights.read("parts.1")).containsExactly(made("float32", 6));
            assertThat(weights.read("point.1")).containsExactly(made("int32", 1));
            assertThat(weights.read("blocks.0.running_var")).containsExactly(1, 1, 1, 1, 1);
            assertThat(weights.shape("blocks.0.num_batches_tracked")).isEqualTo(Shape.of());
            assertThat(weights.read("blocks.0.num_batches_tracked")).containsExactly(0);
        }
    }

    private static WeightFile open(String name) {
        return Checkpoints.open(file(name));
    }

    /** One of the files among the resources. */
    static Path file(String name) {
        try {
            return Path.of(
                    PyTorchFilesTest.class.getResource("/checkpoint/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    private static void assertAllAsMade(WeightFile weights) {
        weights.names().forEach(name -> assertAsMade(weights, name));
    }

    private static void assertAsMade(WeightFile weights, String name) {
        String type = name.substring(name.lastIndexOf('.') + 1);
        int size = (int) weights.shape(name).size();
        assertThat(weights.read(name)).as(name).containsExactly(made(type, size));
    }

    /** The values that make.py states. */
    private static float[] made(String type, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            if (type.equals("bool")) {
                values[i] = i % 3 == 0 ? 1 : 0;
            } else if (type.startsWith("uint")) {
                values[i] = i % 17;
            } else {
                values[i] = type.startsWith("int") ? i % 17 - 8 : (i % 17 - 8) / 2f;
            }
        }
        return values;
    }
}
