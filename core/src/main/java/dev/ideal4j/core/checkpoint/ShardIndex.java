package dev.ideal4j.core.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens weights in several safetensors files. An index contains the file of each tensor: {@code
 * model.safetensors.index.json} beside {@code model-00001-of-00003.safetensors} and so on. Large models on the model
 * hub are stored this way.
 */
final class ShardIndex {
    private static final String SUFFIX = ".safetensors.index.json";
    private static final String WHOLE = "model.safetensors";
    private static final Pattern SHARD = Pattern.compile(".*-\\d+-of-0*([2-9]|\\d{2,})\\.safetensors");
    private static final int LONGEST = 64 << 20;

    private ShardIndex() {}

    /** Whether the name of a file is that of an index. */
    static boolean matches(Path file) {
        return String.valueOf(file.getFileName()).endsWith(SUFFIX);
    }

    /**
     * Returns the file to open in a folder: the only index, otherwise {@code model.safetensors}.
     *
     * @throws FileFormatException if the folder contains neither, or several indexes
     */
    static Path in(Path folder) throws IOException {
        List<Path> indexes;
        try (Stream<Path> files = Files.list(folder)) {
            indexes = files.filter(ShardIndex::matches).sorted().toList();
        }
        if (indexes.size() == 1) {
            return indexes.get(0);
        }
        if (indexes.isEmpty() && Files.exists(folder.resolve(WHOLE))) {
            return folder.resolve(WHOLE);
        }
        throw new FileFormatException(
                folder,
                "a folder with " + (indexes.isEmpty() ? "no" : indexes.size()) + " files named *" + SUFFIX,
                "a file of weights, or a folder with one index or with " + WHOLE,
                null);
    }

    /**
     * Rejects a single shard of a model, because it lacks most of the tensors.
     *
     * @throws FileFormatException if the name of the file is that of a shard
     */
    static void refuseShard(Path file) {
        if (SHARD.matcher(String.valueOf(file.getFileName())).matches()) {
            throw new FileFormatException(
                    file, "one of the several files of a model", "the index that joins them, *" + SUFFIX, null);
        }
    }

    /** Opens all shards of a model. */
    static WeightFile open(Path index) throws IOException {
        Map<String, WeightFile> shards = new LinkedHashMap<>();
        try {
            Map<String, TensorView> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, String> entry : parse(index).entrySet()) {
                String name = entry.getKey();
                String shard = entry.getValue();
                if (!shards.containsKey(shard)) {
                    shards.put(shard, Checkpoints.openSafetensors(index.resolveSibling(shard)));
                }
                TensorView view = shards.get(shard).tensors().get(name);
                if (view == null) {
                    throw new FileFormatException(
                            index,
                            "tensor " + Printable.of(name) + " missing in " + Printable.of(shard),
                            "all of them",
                            null);
                }
                tensors.put(name, view.in(shard));
            }
            long bytes = 0;
            for (String shard : shards.keySet()) {
                bytes += Files.size(index.resolveSibling(shard));
            }
            return new WeightFile(index, tensors, Map.of(), new Shards(shards), new AllocationLimit(index, bytes));
        } catch (IOException | RuntimeException e) {
            shards.values().forEach(WeightFile::close);
            throw e;
        }
    }

    /** Returns the file name of each tensor. */
    private static Map<String, String> parse(Path index) throws IOException {
        if (Files.size(index) > LONGEST) {
            throw bad(index, "an index of " + Files.size(index) + " bytes", null);
        }
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(Files.readAllBytes(index));
        } catch (JacksonException e) {
            throw bad(index, "malformed JSON (" + Printable.of(e.getOriginalMessage()) + ")", e);
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.path("weight_map").properties()) {
            String file = entry.getValue().asText();
            if (file.isEmpty() || file.contains("/") || file.contains("\\") || file.equals("..")) {
                throw bad(index, "file name " + Printable.of(file), null);
            }
            files.put(entry.getKey(), file);
        }
        if (files.isEmpty()) {
            throw bad(index, "no weight_map", null);
        }
        return files;
    }

    private static FileFormatException bad(Path index, String found, @Nullable Exception cause) {
        return new FileFormatException(
                index,
                found,
                "an index of safetensors files, with the name of a file beside it for each tensor",
                cause);
    }

    /** The data of all shards. */
    private record Shards(Map<String, WeightFile> files) implements StorageSource {
        @Override
        public InputStream open(String key) throws IOException {
            int end = key.indexOf('/');
            WeightFile file = Objects.requireNonNull(files.get(key.substring(0, end)), key);
            return file.storages().open(key.substring(end + 1));
        }

        @Override
        public void close() {
            files.values().forEach(WeightFile::close);
        }
    }
}
