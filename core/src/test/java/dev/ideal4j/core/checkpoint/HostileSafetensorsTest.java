package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileSafetensorsTest {
    @TempDir
    Path folder;

    private String refusal(String header, int dataBytes) {
        return refusalOf(Crafted.safetensors(folder.resolve("bad.safetensors"), header, dataBytes));
    }

    private static String refusalOf(Path file) {
        String[] message = new String[1];
        long allocated = Allocation.during(
                () -> assertThatThrownBy(() -> Checkpoints.open(file).close())
                        .isInstanceOf(FileFormatException.class)
                        .satisfies(e -> message[0] = e.getMessage()));
        assertThat(message[0])
                .startsWith(file + ": found ")
                .contains(", expected ")
                .doesNotContain("\n");
        assertThat(allocated).as("bytes allocated").isLessThan(Allocation.allowedFor(file));
        return message[0];
    }

    private static String tensor(String type, String shape, String range) {
        return "{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + range + "}";
    }

    @Test
    void readsWhatTheFormatAllows() {
        // Any order, blanks before and after, an empty tensor between two others, settings anywhere.
        String header = "{ \"b\":" + tensor("F16", "[2]", "[4,8]") + ",\"__metadata__\":{\"k\":\"v\"},\"a\":"
                + tensor("I32", "[]", "[0,4]") + ",\"none\":" + tensor("F64", "[3,0]", "[4,4]") + "}  ";
        Path file = Crafted.safetensors(folder.resolve("good"), header, 8);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThat(weights.names()).containsExactly("b", "a", "none");
            assertThat(weights.shape("a")).isEqualTo(Shape.of());
            assertThat(weights.read("b")).containsExactly(0, 0);
            assertThat(weights.read("none")).isEmpty();
            assertThat(weights.metadata()).containsEntry("k", "v");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "F32; [2]; [0,4]; of 4 bytes",
                "F32; [1]; [0,8]; of 8 bytes",
                "F32; [2]; [8,0]; at 8 to 0",
                "F32; [2]; [0,9223372036854775807]; at 0 to 9223372036854775807",
                "F32; [2]; [0,18446744073709551616]; malformed",
                "F32; [-2]; [0,8]; with -2",
                "F32; [2]; [-8,0]; with -8",
                "F32; [2.0]; [0,8]; VALUE_NUMBER_FLOAT",
                "F32; [\"2\"]; [0,8]; VALUE_STRING",
                "F32; [[2]]; [0,8]; malformed",
                "F32; 2; [0,8]; VALUE_NUMBER_INT",
                "F32; [2]; [0]; two data_offsets",
                "F32; [2]; [0,8,8]; two data_offsets",
                "F32; [4294967296]; [0,8]; shape [4294967296]",
                "F32; [2147483647,2147483647,2147483647]; [0,8]; shape [2147483647",
                "F64; [2147483647,2147483647]; [0,8]; of 8 bytes",
                "F8_E4M3; [8]; [0,8]; of type F8_E4M3",
                "C64; [1]; [0,8]; of type C64",
                "f32; [2]; [0,8]; of type f32",
                "F32; [1]; [4,8]; gap or overlap",
                "F32; [1]; [0,4]; 8 bytes of data"
            })
    void refusesTensorsThatDoNotFit(String type, String shape, String range, String found) {
        assertThat(refusal("{\"w\":" + tensor(type, shape, range) + "}", 8)).contains(found);
    }

    @Test
    void refusesGapsAndOverlaps() {
        String first = "{\"a\":" + tensor("U8", "[4]", "[0,4]");
        assertThat(refusal(first + ",\"b\":" + tensor("U8", "[4]", "[2,6]") + "}", 6))
                .contains("overlap");
        assertThat(refusal(first + ",\"b\":" + tensor("U8", "[4]", "[0,4]") + "}", 4))
                .contains("overlap");
        assertThat(refusal(first + ",\"b\":" + tensor("U8", "[2]", "[6,8]") + "}", 8))
                .contains("gap");
        assertThat(refusal(first + "}", 5)).contains("5 bytes of data");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"a\":{},\"a\":{}}; malformed header (Duplicate field 'a')|without type",
                "{; malformed",
                "{\"a\"}; malformed",
                "{}{}; something after",
                "{} x; malformed",
                "{\"a\":1}; VALUE_NUMBER_INT in a",
                "{\"a\":null}; VALUE_NULL in a",
                "{\"a\":{\"more\":1}}; with more",
                "{\"__metadata__\":{\"k\":1}}; VALUE_NUMBER_INT in __metadata__ k",
                "{\"__metadata__\":[]}; START_ARRAY in __metadata__",
                "{\"a\":{\"shape\":[[[[1]]]]}}; malformed|START_ARRAY"
            })
    void refusesHeadersThatAreNotOfTheFormat(String header, String found) {
        assertThat(refusal(header, 0)).containsAnyOf(found.split("\\|"));
    }

    @Test
    void refusesDuplicateNames() {
        String twice = "{\"a\":" + tensor("U8", "[1]", "[0,1]") + ",\"a\":" + tensor("U8", "[1]", "[1,2]") + "}";
        assertThat(refusal(twice, 2)).contains("Duplicate");
    }

    @Test
    void refusesHeadersLongerThanTheFileOrTheFormatAllows() {
        Path file = folder.resolve("bad");
        Crafted.write(file, Crafted.bytes(Crafted.int64(100), "{}"));
        assertThat(refusalOf(file)).contains("a file of 10 bytes");
        Crafted.write(file, Crafted.bytes(Crafted.int64(Long.MAX_VALUE), "{}"));
        assertThat(refusalOf(file)).contains("a file of 10 bytes");
        Crafted.write(file, Crafted.bytes(Crafted.int64(-1), "{}"));
        assertThat(refusalOf(file)).contains("a file of 10 bytes");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] header = Crafted.bytes("{\"", 0xC3, 0x28, "\":{}}");
        Path file = Crafted.write(folder.resolve("bad"), Crafted.bytes(Crafted.int64(header.length), header));
        assertThat(refusalOf(file)).contains("not UTF-8");
        byte[] wide = Crafted.bytes("{", 0, "}", 0);
        Crafted.write(file, Crafted.bytes(Crafted.int64(wide.length), wide));
        assertThat(refusalOf(file)).contains("malformed");
    }

    /** Many tensors without data: each name in the header costs more memory than the file has bytes for it. */
    @Test
    void refusesMoreTensorsThanTheFileCanCarry() {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 60_000; i++) {
            header.append(i == 0 ? "" : ",").append('"').append(i).append("\":");
            header.append(tensor("U8", "[0]", "[0,0]"));
        }
        assertThat(refusal(header.append('}').toString(), 0)).contains("unfolds to more");
    }
}
