package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.WorkInterruptedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;

/**
 * The weights in a file; see {@link Checkpoints#open}. Opening reads the names and shapes. Values are read and
 * converted to float32 on demand. The file must not change while it is open.
 */
public final class WeightFile implements Weights, AutoCloseable {
    private final Path file;
    private final Map<String, TensorView> tensors;
    private final Map<String, String> metadata;
    private final StorageSource storages;
    private final AllocationLimit limit;

    WeightFile(
            Path file,
            Map<String, TensorView> tensors,
            Map<String, String> metadata,
            StorageSource storages,
            AllocationLimit limit) {
        this.file = file;
        this.tensors = tensors;
        this.metadata = metadata;
        this.storages = storages;
        this.limit = limit;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public Shape shape(String name) {
        return view(name).shape();
    }

    /**
     * {@inheritDoc}
     *
     * @throws FileAccessException if the file cannot be read
     * @throws WorkInterruptedException if the thread is interrupted during the read
     * @throws IllegalStateException if this file is closed
     */
    @Override
    public float[] read(String name) {
        WorkInterruptedException.check();
        TensorView view = view(name);
        long count = view.shape().size();
        String what = "tensor " + Printable.of(name);
        if (count > Integer.MAX_VALUE - 8) {
            throw new FileFormatException(file, what + " of " + count + " elements", "fewer than 2^31");
        }
        limit.checkSize(what, count * Float.BYTES);
        float[] values = new float[(int) count];
        try (InputStream storage = storages.open(view.storage())) {
            TensorReader.read(storage, view, values);
        } catch (EOFException | ZipException | TensorReader.OverlapException e) {
            throw new FileFormatException(
                    file, what + ": " + Printable.of(String.valueOf(e.getMessage())), "all of its elements", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
        return values;
    }

    /** The metadata of a safetensors file; empty for other formats. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    @Override
    public String origin() {
        return file.toString();
    }

    /** Closes the file. Arrays that were read before stay valid. */
    @Override
    public void close() {
        try {
            storages.close();
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    Map<String, TensorView> tensors() {
        return tensors;
    }

    StorageSource storages() {
        return storages;
    }

    private TensorView view(String name) {
        TensorView view = tensors.get(name);
        if (view == null) {
            throw new InvalidInputException(origin(), "no tensor " + name, "one of its " + tensors.size() + " tensors");
        }
        return view;
    }

    @Override
    public String toString() {
        return "WeightFile[" + file + ", " + tensors.size() + " tensors]";
    }
}
