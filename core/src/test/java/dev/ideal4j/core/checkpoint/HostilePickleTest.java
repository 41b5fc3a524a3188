package dev.ideal4j.core.checkpoint;

import static dev.ideal4j.core.checkpoint.Crafted.bytes;
import static dev.ideal4j.core.checkpoint.Crafted.dict;
import static dev.ideal4j.core.checkpoint.Crafted.int32;
import static dev.ideal4j.core.checkpoint.Crafted.int64;
import static dev.ideal4j.core.checkpoint.Crafted.number;
import static dev.ideal4j.core.checkpoint.Crafted.tensor;
import static dev.ideal4j.core.checkpoint.Crafted.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that would run code, unfold without end or point outside their storages. */
@Timeout(20)
class HostilePickleTest {
    private static final long[] NONE = {};

    @TempDir
    Path folder;

    /** Opens a checkpoint with this pickle and a storage of 8 floats; returns the message, one line that names the file. */
    private String refusal(byte[] pickle) {
        Path file = Crafted.checkpoint(folder.resolve("bad.pth"), pickle, 8);
        return refusalOf(file);
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

    @ParameterizedTest
    @CsvSource({
        "posix, system",
        "nt, system",
        "os, system",
        "subprocess, Popen",
        "builtins, eval",
        "builtins, exec",
        "builtins, getattr",
        "__builtin__, apply",
        "importlib, import_module",
        "torch.storage, _load_from_bytes",
        "torch.hub, load",
        "torch.nn.modules.linear, Linear",
        "numpy.core.multiarray, _reconstruct",
        "java.lang, Runtime",
        "__torch__, Model",
        "torch._utils, _rebuild_qtensor"
    })
    void refusesEveryOtherClassByName(String module, String name) {
        byte[] call = bytes("c", module, "\n", name, "\n(", text("echo pwned"), "tR");
        assertThat(refusal(dict(text("w"), call))).contains(module + "." + name);
        byte[] fromStack = bytes(text(module), text(name), 0x93, "(", text("echo pwned"), "tR");
        assertThat(refusal(dict(text("w"), fromStack))).contains(module + "." + name);
    }

    @Test
    void refusesTheOtherWaysToCallAndExtend() {
        assertThat(refusal(bytes(0x80, 2, "(", text("x"), "iposix\nsystem\n."))).contains("opcode 0x69");
        assertThat(refusal(bytes(0x80, 2, "(cposix\nsystem\n", text("x"), "o.")))
                .contains("posix.system");
        assertThat(refusal(bytes(0x80, 2, 0x82, 1, "."))).contains("opcode 0x82");
        assertThat(refusal(bytes(0x80, 2, "Pposix\n."))).contains("opcode 0x50");
        assertThat(refusal(bytes("I1\n."))).contains("opcode 0x49");
        assertThat(refusal(bytes(0x80, 6, "N."))).contains("protocol 6");
    }

    @Test
    void namesOfClassesCannotBreakTheMessage() {
        byte[] name = text("evil\n\u001b[31mline");
        assertThat(refusal(dict(text("w"), bytes(text("m"), name, 0x93)))).contains("m.evil??[31mline");
        assertThat(refusal(dict(text("w"), bytes("c", "m".repeat(900), "\nx\n"))))
                .hasSizeLessThan(500);
        assertThat(refusal(dict(text("w"), bytes("c", "m".repeat(2000), "\nx\n"))))
                .contains("more than 1024 bytes");
    }

    @Test
    void refusesToCallWhatIsNoFunction() {
        assertThat(refusal(dict(text("w"), bytes(text("f"), ")R")))).contains("not a function");
        assertThat(refusal(dict(text("w"), bytes("ctorch\nFloatStorage\n)R")))).contains("not a function");
        assertThat(refusal(dict(text("w"), bytes("ctorch\nSize\nNR")))).contains("without arguments");
        assertThat(refusal(dict(text("w"), bytes(text("f"), "}b")))).contains("a state for an object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "T", "B"})
    void refusesTextLongerThanTheFile(String opcode) {
        assertThat(refusal(bytes(0x80, 2, opcode, int32(Integer.MAX_VALUE), "abc.")))
                .contains("string of 2147483647");
    }

    @Test
    void refusesOtherCountsBeyondTheFile() {
        assertThat(refusal(bytes(0x80, 2, 0x8b, int32(Integer.MAX_VALUE), "."))).contains("string of 2147483647");
        assertThat(refusal(bytes(0x80, 2, 0x8b, int32(-1), "."))).contains("string of -1");
        assertThat(refusal(bytes(0x80, 4, 0x8e, int64(Long.MAX_VALUE), "."))).contains("string of 9223372036854775807");
        assertThat(refusal(bytes(0x80, 2, "Nr", int32(-1), "."))).contains("memo entry 4294967295");
        assertThat(refusal(bytes(0x80, 2, "Nj", int32(77), "."))).contains("memo entry 77");
    }

    @Test
    void refusesBrokenStacks() {
        for (String opcodes : new String[] {
            ".", "0.", "t.", "(.", "R.", "s.", "u.", "e.", "}(Nu.", "N(NNu.", "NNe.", "b.", "(q\0.", "Q.", "2.", "NN.",
            "", "N"
        }) {
            refusal(bytes(0x80, 2, opcodes));
        }
        refusal(bytes(0x80, 2, 0x85, "."));
        refusal(bytes(0x80, 2, "NN", 0x93, "."));
        refusal(bytes(0x80, 2, "N", 0x81, "."));
    }

    @Test
    void refusesWhatIsNoStateDict() {
        assertThat(refusal(bytes(0x80, 2, "N."))).contains("no tensor");
        assertThat(refusal(dict(text("epoch"), number(3)))).contains("no tensor");
        byte[] one = tensor("0", 8, 0, new long[] {8}, new long[] {1});
        assertThat(refusal(dict(text("a.b"), one, text("a"), bytes("}", text("b"), one, "s"))))
                .contains("two tensors");
    }

    @Test
    void refusesNestingWithoutEnd() {
        byte[] tuples = new byte[30_000];
        Arrays.fill(tuples, (byte) 0x85);
        assertThat(refusal(bytes(0x80, 2, ")", tuples, "."))).contains("nested without end");
        byte[] more = new byte[2_000_000];
        Arrays.fill(more, (byte) 0x85);
        assertThat(refusalOf(Crafted.zip(
                        folder.resolve("bad.pth"),
                        ZipEntry.DEFLATED,
                        Map.of("a/data.pkl", bytes(0x80, 2, ")", more, ".")))))
                .contains("unfolds to more");
        // A list that holds itself.
        assertThat(refusal(bytes(0x80, 2, "]q", 0, "h", 0, "a."))).contains("nested without end");
    }

    /** Sixty dicts, each holding the next twice: 2^60 paths. */
    @Test
    void refusesObjectsThatMultiply() {
        byte[] pickle = bytes("}");
        for (int i = 0; i < 60; i++) {
            pickle = bytes(pickle, "q", i, "0}(", text("a"), "h", i, text("b"), "h", i, "u");
        }
        assertThat(refusal(bytes(0x80, 2, pickle, "."))).contains("unfolds to more");
        String key = "k".repeat(50_000);
        byte[] deep = bytes(text(key), "q", 0, "0}");
        for (int i = 0; i < 90; i++) {
            deep = bytes(deep, "q", i + 1, "0}h", 0, "h", i + 1, "s");
        }
        assertThat(refusal(bytes(0x80, 2, deep, "."))).contains("unfolds to more");
    }

    @Test
    void refusesZipBombs() {
        byte[] pushAndPop = new byte[64 << 20];
        for (int i = 0; i < pushAndPop.length; i += 2) {
            pushAndPop[i] = 'N';
            pushAndPop[i + 1] = '0';
        }
        Path bomb = folder.resolve("bomb.pth");
        assertThat(refusalOf(Crafted.zip(bomb, ZipEntry.DEFLATED, Map.of("a/data.pkl", pushAndPop))))
                .contains("data.pkl of 67108864 bytes");
        byte[] pickle = dict(text("w"), tensor("0", 16 << 20, 0, new long[] {16 << 20}, new long[] {1}));
        Crafted.zip(bomb, ZipEntry.DEFLATED, Map.of("a/data.pkl", pickle, "a/data/0", new byte[64 << 20]));
        try (WeightFile weights = Checkpoints.open(bomb)) {
            long allocated = Allocation.during(() -> assertThatThrownBy(() -> weights.read("w"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("tensor w of 67108864 bytes"));
            assertThat(allocated).isLessThan(1 << 20);
        }
    }

    /** Stride 0 makes one float look like a billion. */
    @Test
    void refusesToExpandATensorBeyondTheFile() {
        byte[] expanded = tensor("0", 8, 0, new long[] {1 << 20, 1 << 10}, new long[] {0, 0});
        Path file = Crafted.checkpoint(folder.resolve("bad.pth"), dict(text("w"), expanded), 8);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThatThrownBy(() -> weights.read("w"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("tensor w of 4294967296 bytes");
        }
        byte[] largest = tensor("0", 8, 0, new long[] {Integer.MAX_VALUE, Integer.MAX_VALUE}, new long[] {0, 0});
        Crafted.checkpoint(file, dict(text("w"), largest), 8);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThatThrownBy(() -> weights.read("w")).isInstanceOf(FileFormatException.class);
        }
    }

    @Test
    void refusesTensorsOutsideTheirStorage() {
        long[] eight = {8};
        long[] one = {1};
        long huge = Long.MAX_VALUE;
        byte[][] outside = {
            tensor("0", 8, 1, eight, one),
            tensor("0", 8, -1, eight, one),
            tensor("0", 8, 0, new long[] {9}, one),
            tensor("0", 8, 0, new long[] {-1}, one),
            tensor("0", 8, 0, new long[] {3}, new long[] {4}),
            tensor("0", 8, 0, eight, new long[] {-1}),
            tensor("0", 8, 0, new long[] {2, 2}, one),
            tensor("0", 8, 8, NONE, NONE),
            tensor("0", 8, huge, eight, new long[] {huge}),
            tensor("0", 8, 0, new long[] {huge, huge}, new long[] {1, 1}),
            tensor("0", 8, 0, new long[] {1 << 30, 1 << 30, 1 << 30}, new long[] {0, 0, 0}),
        };
        for (byte[] tensor : outside) {
            assertThat(refusal(dict(text("w"), tensor))).containsAnyOf("does not fit", "leaves its storage");
        }
        assertThat(refusal(dict(text("w"), tensor("0", 9, 0, eight, one)))).contains("32 bytes", "36 bytes");
        assertThat(refusal(dict(text("w"), tensor("7", 8, 0, eight, one)))).contains("storage 7");
        assertThat(refusal(dict(text("w"), tensor("../data.pkl", 1, 0, one, one))))
                .contains("no storage");
        assertThat(refusal(dict(text("w"), tensor("0", -8, 0, eight, one)))).contains("reference to something else");
        assertThat(refusal(dict(text("w"), tensor("0", huge, 0, eight, one)))).contains("reference to something else");
    }

    @Test
    void refusesTensorsWhoseElementsOverlap() {
        byte[] overlapping = tensor("0", 8, 0, new long[] {3, 3}, new long[] {1, 1});
        Path file = Crafted.checkpoint(folder.resolve("bad.pth"), dict(text("w"), overlapping), 8);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThatThrownBy(() -> weights.read("w"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("overlap");
        }
    }
}
