package dev.ideal4j.spark;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.OptionValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A backbone as it is sent to executors: its files, and the way in which a method opens them.
 *
 * @param id SHA-256 over all other components
 * @param name name that {@link Backbones} knows; the name of the first file if there are files
 * @param method method whose loader opens the backbone
 * @param options options of the method, as text
 * @param size side of the input in pixels, or 0 for the default
 * @param heads attention heads, or 0 for the default
 * @param stages stages of a convolutional network; empty for the default
 * @param files content of the files by file name, in parts
 */
record PackedBackbone(
        String id,
        String name,
        String method,
        TreeMap<String, String> options,
        int size,
        int heads,
        ArrayList<String> stages,
        TreeMap<String, ArrayList<byte[]>> files)
        implements Serializable {
    /** Largest size of a part in bytes. Files are divided, because a Java array is too small for the largest networks. */
    private static final int PART = 1 << 28;

    private static final String INDEX = ".index.json";

    /**
     * Reads the files of a backbone.
     *
     * @param name name or file of the backbone, as for {@code --backbone}
     * @throws InvalidInputException if there is no such backbone on this machine
     * @throws dev.ideal4j.core.FileAccessException if a file cannot be read
     */
    static PackedBackbone of(String name, String method, Map<String, String> options, BackboneLoader.Input input) {
        BackboneKind kind = Backbones.find(name)
                .orElseThrow(() -> new InvalidInputException(
                        "backbone",
                        name + ", which is not here",
                        String.join(", ", Backbones.labels()) + "; set 'backbone' to the file of its weights"));
        TreeMap<String, ArrayList<byte[]>> files = new TreeMap<>();
        List<Path> paths = kind.files(name);
        List<Object> hashed = new ArrayList<>(List.of(method, options, input));
        try {
            for (Path path : paths.isEmpty() ? paths : withShards(paths.get(0))) {
                files.put(path.getFileName().toString(), parts(path));
            }
        } catch (IOException e) {
            throw dev.ideal4j.core.FileAccessException.of(Path.of(name), e);
        }
        String opened = paths.isEmpty() ? name : paths.get(0).getFileName().toString();
        hashed.add(opened);
        files.forEach((file, parts) -> {
            hashed.add(file);
            hashed.addAll(parts);
        });
        return new PackedBackbone(
                Bytes.sha256(hashed.toArray()),
                opened,
                method,
                new TreeMap<>(options),
                input.size(),
                input.heads(),
                new ArrayList<>(input.stages()),
                files);
    }

    /** The file and, if it is an index, the files beside it that contain the tensors. */
    private static List<Path> withShards(Path file) throws IOException {
        List<Path> all = new ArrayList<>(List.of(file));
        if (file.getFileName().toString().endsWith(INDEX)) {
            try (var beside = Files.list(file.toAbsolutePath().getParent())) {
                beside.filter(path -> path.toString().endsWith(".safetensors")).forEach(all::add);
            }
        }
        return all;
    }

    private static ArrayList<byte[]> parts(Path file) throws IOException {
        ArrayList<byte[]> parts = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] part = in.readNBytes(PART); part.length > 0; part = in.readNBytes(PART)) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** Opens the backbone. During the call its files are in a temporary folder. */
    FeatureExtractor open(Backend backend) {
        DetectorMethod used = DetectorMethods.named(method);
        BackboneLoader loader = used.backbones(OptionValues.parsed(used.options(), options));
        BackboneLoader.Input input = new BackboneLoader.Input(size, heads, stages);
        if (files.isEmpty()) {
            return Backbones.open(name, loader, input, backend);
        }
        return Bytes.withFolder(folder -> {
            for (Map.Entry<String, ArrayList<byte[]>> file : files.entrySet()) {
                try (var out = Files.newOutputStream(folder.resolve(file.getKey()))) {
                    for (byte[] part : file.getValue()) {
                        out.write(part);
                    }
                }
            }
            return Backbones.open(folder.resolve(name).toString(), loader, input, backend);
        });
    }
}
