package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes checkpoints that PyTorch reads with {@code torch.load(file, weights_only=True)}. A checkpoint is an
 * OrderedDict of float32 tensors in the zip format of {@code torch.save} since PyTorch 1.6.
 */
public final class TorchCheckpointWriter {
    /** Alignment of storages in bytes. PyTorch needs it because it memory-maps storages. */
    private static final int ALIGNMENT = 64;

    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int EXTRA_HEADER_BYTES = 4;

    /** A fixed time of entries. For the first moment of 1980, ZipOutputStream would add an extra field. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

    private final ZipOutputStream zip;
    private final PositionedOutput out;
    private final String folder;

    private TorchCheckpointWriter(OutputStream out, String folder) {
        this.out = new PositionedOutput(out);
        this.zip = new ZipOutputStream(this.out, StandardCharsets.UTF_8);
        this.folder = folder;
    }

    /**
     * Writes all tensors in their order and reads them one at a time. The same weights give the same bytes. The file is
     * written atomically.
     *
     * @param file the file to write; replaced if it exists. Its name without the suffix becomes the folder in the
     *     archive
     * @param weights the tensors; must not be read from {@code file}
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public static void write(Path file, Weights weights) {
        String name = file.getFileName().toString();
        String folder = name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
        AtomicFile.write(file, out -> new TorchCheckpointWriter(out, folder).write(weights));
    }

    private void write(Weights weights) throws IOException {
        store("data.pkl", pickle(weights));
        store("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        int key = 0;
        for (String name : weights.names()) {
            storeFloats("data/" + key++, weights.read(name));
        }
        store("version", "3\n".getBytes(StandardCharsets.US_ASCII));
        zip.finish();
    }

    private static byte[] pickle(Weights weights) {
        PickleWriter pickle = new PickleWriter();
        pickle.emptyOrderedDict();
        pickle.mark();
        int key = 0;
        for (String name : weights.names()) {
            Shape shape = weights.shape(name);
            pickle.text(name);
            pickle.global("torch._utils", "_rebuild_tensor_v2");
            pickle.mark();
            pickle.mark();
            pickle.text("storage");
            pickle.global("torch", "FloatStorage");
            pickle.text(Integer.toString(key++));
            pickle.text("cpu");
            pickle.integer(shape.size());
            pickle.tuple();
            pickle.persistent();
            pickle.integer(0);
            pickle.mark();
            for (int length : shape.toArray()) {
                pickle.integer(length);
            }
            pickle.tuple();
            pickle.mark();
            for (long stride : TensorView.rowMajor(shape)) {
                pickle.integer(stride);
            }
            pickle.tuple();
            pickle.falseValue();
            pickle.emptyOrderedDict();
            pickle.tuple();
            pickle.reduce();
        }
        pickle.setItems();
        return pickle.stop();
    }

    private void store(String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        begin(name, content.length, checksum);
        zip.write(content);
        zip.closeEntry();
    }

    private void storeFloats(String name, float[] values) throws IOException {
        CRC32 checksum = new CRC32();
        FloatBytes.forEach(values, (bytes, count) -> checksum.update(bytes, 0, count));
        begin(name, (long) values.length * Float.BYTES, checksum);
        FloatBytes.<IOException>forEach(values, (bytes, count) -> zip.write(bytes, 0, count));
        zip.closeEntry();
    }

    /** Starts an uncompressed entry whose content begins at a multiple of {@link #ALIGNMENT}. */
    private void begin(String name, long size, CRC32 checksum) throws IOException {
        ZipEntry entry = new ZipEntry(folder + "/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(NO_TIME);
        int nameBytes = entry.getName().getBytes(StandardCharsets.UTF_8).length;
        long unpadded = out.position + LOCAL_HEADER_BYTES + nameBytes + EXTRA_HEADER_BYTES;
        int padding = (int) Math.floorMod(-unpadded, (long) ALIGNMENT);
        // The extra field has the name "FB" and padding, like in PyTorch. Zip readers skip unknown fields.
        byte[] extra = new byte[EXTRA_HEADER_BYTES + padding];
        Arrays.fill(extra, (byte) 'Z');
        extra[0] = 'F';
        extra[1] = 'B';
        extra[2] = (byte) padding;
        extra[3] = 0;
        entry.setExtra(extra);
        zip.putNextEntry(entry);
    }

    /** Counts the bytes written, which are needed to align the entries. */
    private static final class PositionedOutput extends OutputStream {
        private final OutputStream out;
        private long position;

        PositionedOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            position++;
        }

        @Override
        public void write(byte[] bytes, int at, int count) throws IOException {
            out.write(bytes, at, count);
            position += count;
        }
    }
}
