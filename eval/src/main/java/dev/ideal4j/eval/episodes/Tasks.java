package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.ReferenceFiles.Marked;
import dev.ideal4j.eval.random.LoaderOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Makes tasks with files of episodes. References are those of the episode, or fixed references of a folder. */
public final class Tasks {
    /** The images that are not scored if references are fixed. */
    public enum Exclusion {
        /** Images that equal a used reference, byte for byte. */
        USED,
        /** Images that the seed would have drawn, as in the published code. The fixed references may then be scored. */
        DRAWN
    }

    private Tasks() {}

    /** The tasks of all products with drawn references. */
    public static List<Task> drawn(Dataset dataset, TestProtocol protocol, long seed) {
        return protocol.episodes(dataset.index(), seed).stream()
                .map(episode ->
                        new Task(episode.product(), files(dataset, episode), episode.types(), episode.queries()))
                .toList();
    }

    private static ReferenceFiles files(Dataset dataset, TestEpisode episode) {
        List<Marked> anomalous = new ArrayList<>();
        for (LabeledImage image : episode.anomalous()) {
            if (image.mask().isEmpty()) {
                throw new InvalidInputException(
                        "reference " + dataset.file(image.image()),
                        "no mask",
                        "a mask of its defect; --a-shot 0 does without defective references");
            }
            anomalous.add(new Marked(dataset.file(image.image()), () -> dataset.mask(image, note -> {})));
        }
        return new ReferenceFiles(
                episode.normal().stream()
                        .map(image -> dataset.file(image.image()))
                        .toList(),
                anomalous);
    }

    /**
     * The tasks of all products with normal references of their training parts, in the order of VisionAD's published loader:
     * images sorted by name, permuted by a new generator for each product. If there are too few images, all are used. All
     * test images are scored.
     *
     * @throws InvalidInputException if anomalous references are requested, or a product has no good training image
     */
    static List<Task> loaded(Dataset dataset, Shots shots, long seed) {
        if (shots.anomalous() > 0) {
            throw new InvalidInputException(
                    "anomalous references",
                    Integer.toString(shots.anomalous()),
                    "none: the training parts, which references are drawn from, are normal");
        }
        List<Task> tasks = new ArrayList<>();
        for (ProductImages product : ProductImages.of(dataset.index())) {
            List<Path> files = dataset.index().train().getOrDefault(product.product(), List.of()).stream()
                    .filter(image -> !image.anomalous())
                    .map(image -> dataset.file(image.image()))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
            if (files.isEmpty()) {
                throw new InvalidInputException(
                        product.product(), "no normal training image", "one to draw references from");
            }
            List<Path> drawn = Arrays.stream(
                            LoaderOrder.first(files.size(), Math.min(shots.normal(), files.size()), seed))
                    .mapToObj(files::get)
                    .toList();
            tasks.add(new Task(
                    product.product(),
                    new ReferenceFiles(drawn, List.of()),
                    List.of(),
                    product.queries(List.of(), List.of())));
        }
        return tasks;
    }

    /**
     * The tasks of all products with fixed references.
     *
     * @throws InvalidInputException if the setting is hard and a reference is not an image of the data set, because its
     *     type is then unknown
     */
    public static List<Task> fixed(
            Dataset dataset, TestProtocol protocol, long seed, ReferenceFolder folder, Exclusion exclusion) {
        List<Task> tasks = new ArrayList<>();
        if (exclusion == Exclusion.DRAWN) {
            for (TestEpisode episode : protocol.episodes(dataset.index(), seed)) {
                ReferenceFiles files = folder.of(episode.product(), protocol.shots());
                tasks.add(new Task(episode.product(), files, episode.types(), episode.queries()));
            }
            return tasks;
        }
        for (ProductImages product : ProductImages.of(dataset.index())) {
            ReferenceFiles files = folder.of(product.product(), protocol.shots());
            tasks.add(withoutUsed(dataset, protocol, product, files));
        }
        return tasks;
    }

    private static Task withoutUsed(
            Dataset dataset, TestProtocol protocol, ProductImages product, ReferenceFiles files) {
        List<LabeledImage> all = product.queries(List.of(), List.of());
        List<LabeledImage> used = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (Path file : files.normal()) {
            used.addAll(equals(dataset, all, file));
        }
        for (Marked marked : files.anomalous()) {
            List<LabeledImage> same = equals(dataset, all, marked.image());
            if (same.isEmpty() && protocol.setting() == Setting.HARD) {
                throw new InvalidInputException(
                        "reference " + marked.image(),
                        "an image that is not in " + dataset.root(),
                        "one of its images: the hard setting needs its type");
            }
            used.addAll(same);
            same.stream()
                    .map(ProductImages::typeOf)
                    .filter(type -> !types.contains(type))
                    .forEach(types::add);
        }
        List<String> dropped = protocol.setting() == Setting.HARD ? types : List.of();
        return new Task(product.product(), files, types, product.queries(used, dropped));
    }

    /** The images that equal a file byte for byte. A missing image is not an error here, but when it is scored. */
    private static List<LabeledImage> equals(Dataset dataset, List<LabeledImage> images, Path file) {
        List<LabeledImage> same = new ArrayList<>();
        for (LabeledImage image : images) {
            Path candidate = dataset.file(image.image());
            try {
                boolean there = Files.isRegularFile(candidate);
                if (there && Files.size(candidate) == Files.size(file) && Files.mismatch(candidate, file) < 0) {
                    same.add(image);
                }
            } catch (IOException e) {
                throw FileAccessException.of(candidate, e);
            }
        }
        return same;
    }
}
