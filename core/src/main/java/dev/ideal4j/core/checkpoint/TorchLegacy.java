package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the files that {@code torch.save} wrote before PyTorch 1.6. They contain five pickles (a magic number, the
 * version, properties of the writing machine, the object, and the keys of its storages), followed by each storage as
 * its length in elements and its elements.
 */
final class TorchLegacy {
    /** First bytes of such a file: a pickle of protocol 2 with an 80-bit number. */
    static final byte[] START = {(byte) 0x80, 2, (byte) 0x8a, 10};

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final Long VERSION = 1001L;

    private TorchLegacy() {}

    static WeightFile open(Path file, FileChannel channel, AllocationLimit limit) throws IOException {
        TorchObjects objects = new TorchObjects(false);
        PickleInput in = new PickleInput(file, FileStorages.stream(channel, 0), channel.size(), limit);
        if (!MAGIC.equals(Unpickler.load(in, objects))) {
            throw in.malformed("another magic number", "that of torch.save");
        }
        if (!VERSION.equals(Unpickler.load(in, objects))) {
            throw in.malformed("another version", "version " + VERSION);
        }
        if (Unpickler.load(in, objects) instanceof PickleDict machine
                && Boolean.FALSE.equals(machine.get("little_endian"))) {
            throw in.malformed("a file from a big-endian machine", "byte order little");
        }
        Object root = Unpickler.load(in, objects);
        if (!(Unpickler.load(in, objects) instanceof List<?> keys)) {
            throw in.malformed("no list of storages", "the keys of the storages");
        }
        Map<String, Long> positions = locate(in, keys, objects, channel);
        return new WeightFile(
                file,
                StateDict.flatten(file, root, limit),
                Collections.emptyMap(),
                new FileStorages(channel, positions),
                limit);
    }

    /** Returns the position of the first element of each storage, in bytes. */
    private static Map<String, Long> locate(PickleInput in, List<?> keys, TorchObjects objects, FileChannel channel)
            throws IOException {
        Map<String, Long> positions = new HashMap<>();
        long position = in.position();
        for (Object item : keys) {
            String key = TorchObjects.key(in, item);
            Long bytes = objects.storageBytes().get(key);
            ElementType type = objects.storageType(key);
            if (bytes == null || type == null || positions.containsKey(key)) {
                throw in.malformed("a storage that no tensor uses, or twice the same", "the storages of its tensors");
            }
            if (bytes > channel.size() - position - Long.BYTES) {
                throw new FileFormatException(
                        in.file(), "a truncated file", "storage " + Printable.of(key) + " of " + bytes + " bytes");
            }
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(length, position);
            long elements = bytes / type.bytes();
            if (length.getLong(0) != elements) {
                throw new FileFormatException(
                        in.file(),
                        "storage " + Printable.of(key) + " of " + length.getLong(0) + " elements",
                        elements + ", as its tensors say");
            }
            positions.put(key, position + Long.BYTES);
            position += Long.BYTES + bytes;
        }
        for (String key : objects.storageBytes().keySet()) {
            if (!positions.containsKey(key)) {
                throw in.malformed("no storage " + key, "the storages of its tensors");
            }
        }
        return positions;
    }
}
