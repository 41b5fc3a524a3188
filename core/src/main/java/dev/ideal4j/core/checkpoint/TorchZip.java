package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads the zip archives that {@code torch.save} writes since PyTorch 1.6 and {@code torch.jit.save} since 1.4. An
 * archive has one folder with the pickle {@code data.pkl} and the storages {@code data/0}, {@code data/1} and so on.
 * TorchScript adds {@code code/} and {@code constants.pkl}, which are not read.
 */
record TorchZip(ZipFile zip, String folder) implements StorageSource {
    static WeightFile open(Path file, AllocationLimit limit) throws IOException {
        ZipFile zip = new ZipFile(file.toFile());
        try {
            return read(file, zip, limit);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static WeightFile read(Path file, ZipFile zip, AllocationLimit limit) throws IOException {
        ZipEntry pickle = zip.stream()
                .filter(entry ->
                        entry.getName().equals("data.pkl") || entry.getName().endsWith("/data.pkl"))
                .min(Comparator.comparingInt(entry -> entry.getName().length()))
                .orElseThrow(() -> new FileFormatException(
                        file, "a zip archive without data.pkl", "one written by torch.save or torch.jit.save"));
        String name = pickle.getName();
        String folder = name.substring(0, name.length() - "data.pkl".length());
        TorchZip storages = new TorchZip(zip, folder);
        storages.checkByteOrder(file);
        TorchObjects objects = new TorchObjects(zip.getEntry(folder + "constants.pkl") != null);
        limit.checkSize("data.pkl", pickle.getSize());
        Object root;
        try (InputStream in = storages.stream(pickle)) {
            root = Unpickler.load(new PickleInput(file, in, pickle.getSize(), limit), objects);
        }
        for (Map.Entry<String, Long> storage : objects.storageBytes().entrySet()) {
            ZipEntry entry = storages.entry(storage.getKey());
            if (entry == null || entry.getSize() < storage.getValue()) {
                throw new FileFormatException(
                        file,
                        entry == null ? "no storage of that name" : "a storage of " + entry.getSize() + " bytes",
                        "storage " + Printable.of(storage.getKey()) + " of " + storage.getValue() + " bytes");
            }
        }
        return new WeightFile(file, StateDict.flatten(file, root, limit), Collections.emptyMap(), storages, limit);
    }

    private void checkByteOrder(Path file) throws IOException {
        ZipEntry entry = zip.getEntry(folder + "byteorder");
        if (entry != null) {
            try (InputStream in = zip.getInputStream(entry)) {
                String order = new String(in.readNBytes("little".length()), StandardCharsets.US_ASCII);
                if (!order.equals("little")) {
                    throw new FileFormatException(file, "byte order " + Printable.of(order), "byte order little");
                }
            }
        }
    }

    private ZipEntry entry(String key) {
        return zip.getEntry(folder + "data/" + key);
    }

    @Override
    public InputStream open(String key) throws IOException {
        return stream(entry(key));
    }

    private InputStream stream(ZipEntry entry) throws IOException {
        return new CheckedEntry(zip.getInputStream(entry), entry);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Checks the checksum of an entry that is read completely from the start. A partial read is not checked. */
    private static final class CheckedEntry extends InputStream {
        private final InputStream in;
        private final ZipEntry entry;
        private final CRC32 checksum = new CRC32();
        private long read;

        CheckedEntry(InputStream in, ZipEntry entry) {
            this.in = in;
            this.entry = entry;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int at, int count) throws IOException {
            int some = in.read(to, at, count);
            if (some > 0) {
                checksum.update(to, at, some);
                read += some;
                // PyTorch can omit checksums and then writes 0.
                if (read == entry.getSize() && entry.getCrc() != 0 && entry.getCrc() != checksum.getValue()) {
                    throw new ZipException("wrong checksum of " + entry.getName());
                }
            }
            return some;
        }

        /** Skips without reading if the entry is not compressed. The checksum can then no longer be verified. */
        @Override
        public long skip(long count) throws IOException {
            return in.skip(count);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
