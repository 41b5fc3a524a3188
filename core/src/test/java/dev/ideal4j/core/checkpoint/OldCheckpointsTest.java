package dev.ideal4j.core.checkpoint;

import static dev.ideal4j.core.checkpoint.Crafted.bytes;
import static dev.ideal4j.core.checkpoint.Crafted.int64;
import static dev.ideal4j.core.checkpoint.Crafted.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Habits of PyTorch 0.1 to 0.4 under Python 2, as in torchvision's first ResNets, which newer versions no longer write. */
class OldCheckpointsTest {
    private static final byte[] MAGIC =
            bytes(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, ".");
    private static final byte[] VERSION = bytes(0x80, 2, "M", 0xe9, 3, ".");

    @TempDir
    Path folder;

    private static byte[] shortText(String value) {
        return bytes("U", value.length(), value);
    }

    private static byte[] machine(int littleEndian) {
        return bytes(0x80, 2, "}", shortText("little_endian"), littleEndian, "s.");
    }

    /** A tensor by the first _rebuild_tensor over six floats, of which a view may be a part. */
    private static byte[] tensor(byte[] view, int first, int rows, int columns) {
        return bytes(
                "ctorch._utils\n_rebuild_tensor\n((",
                bytes(shortText("storage"), "ctorch.cuda\nFloatStorage\n", shortText("94"), shortText("cuda:0")),
                bytes("K", 6, view, "tQ", "K", first, "K", rows, "K", columns, 0x86, "K", columns, "K", 1, 0x86, "tR"));
    }

    private Path file(byte[] machine, byte[] root, byte[] keys, long elements) {
        ByteBuffer floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            floats.putFloat(i);
        }
        return Crafted.write(
                folder.resolve("old.pth"),
                bytes(
                        bytes(MAGIC, VERSION, machine),
                        bytes(0x80, 2, root, "."),
                        bytes(0x80, 2, "]", keys, "a."),
                        bytes(int64(elements), floats.array())));
    }

    @Test
    void readsListsOfPairsParametersAndStorageViews() {
        byte[] whole = tensor(bytes("N"), 0, 2, 3);
        byte[] part = tensor(bytes(shortText("95"), "K", 2, "K", 4, 0x87), 1, 3, 1);
        // A Parameter is made by __new__ and given (requires_grad, volatile, hooks).
        byte[] parameter = bytes("ctorch.nn.parameter\nParameter\n", whole, 0x85, 0x81, "(", 0x88, 0x89, "Ntb");
        byte[] pairs = bytes(
                bytes("ccollections\nOrderedDict\n](", bytes("](", shortText("w"), parameter, "e")),
                bytes("](", shortText("part"), part, "e"),
                bytes("e", 0x85, "R}", shortText("_metadata"), "Nsb"));
        try (WeightFile weights = Checkpoints.open(file(machine(0x88), pairs, shortText("94"), 6))) {
            assertThat(weights.names()).containsExactly("w", "part");
            assertThat(weights.shape("w")).isEqualTo(Shape.of(2, 3));
            assertThat(weights.read("w")).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(weights.read("part")).containsExactly(3, 4, 5);
        }
    }

    @Test
    void refusesWhatDoesNotAddUp() {
        byte[] root = bytes("}", shortText("w"), tensor(bytes("N"), 0, 2, 3), "s");
        byte[] key = shortText("94");
        assertRefused(file(machine(0x89), root, key, 6), "big-endian");
        assertRefused(file(machine(0x88), root, key, 7), "storage 94 of 7 elements");
        assertRefused(file(machine(0x88), root, shortText("93"), 6), "no tensor uses");
        assertRefused(file(machine(0x88), root, bytes(key, "a", key), 6), "twice the same");
        assertRefused(file(machine(0x88), root, bytes("N"), 6), "neither text nor a number");
        byte[] outside = bytes("}", shortText("w"), tensor(bytes(shortText("95"), "K", 3, "K", 4, 0x87), 0, 1, 1), "s");
        assertRefused(file(machine(0x88), outside, key, 6), "a part outside its storage");
        byte[] large =
                bytes("}", shortText("w"), Crafted.tensor("94", 1L << 40, 0, new long[] {1}, new long[] {1}), "s");
        assertRefused(file(machine(0x88), large, key, 6), "a truncated file");
        Path noMagic = Crafted.write(folder.resolve("a"), bytes(0x80, 2, 0x8a, 10, new byte[10], "."));
        assertRefused(noMagic, "another magic number");
        Path version = Crafted.write(folder.resolve("b"), bytes(MAGIC, 0x80, 2, number(7), "."));
        assertRefused(version, "another version");
    }

    private static void assertRefused(Path file, String found) {
        assertThatThrownBy(() -> Checkpoints.open(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(found);
    }
}
