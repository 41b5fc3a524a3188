package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Time and resident memory of whole commands, each in a process of its own, and the time of the forward passes of the same images in
 * a JVM that has compiled them. All are run in turn.
 */
public final class WholeCommands {
    private static final int REFERENCES = 4;

    /** As many as {@code ideal detect} scores at a time. */
    private static final int BATCH = 4;

    private final Path launcher;
    private final Path folder;
    private final String backbone;
    private final int rounds;
    private final List<RgbImage> images = new ArrayList<>();
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();
    private final Map<String, Double> megabytes = new LinkedHashMap<>();

    private WholeCommands(Path launcher, Path folder, String backbone, int count, int side, int rounds)
            throws IOException {
        this.launcher = launcher;
        this.folder = folder;
        this.backbone = backbone;
        this.rounds = rounds;
        for (int i = 0; i < REFERENCES; i++) {
            write(i, side, "data/part/train/good");
        }
        for (int i = 0; i < count; i++) {
            boolean defect = i % 2 == 1;
            Path file = write(REFERENCES + i, side, "data/part/test/" + (defect ? "spot" : "good"));
            Files.copy(file, Files.createDirectories(folder.resolve("queries")).resolve(i + ".jpg"));
            images.add(ImageReader.read(file));
        }
    }

    /** Stripes under noise; images of odd numbers have a dark spot, and a mask of it. */
    private Path write(int number, int side, String where) throws IOException {
        Random random = new Random(number);
        boolean defect = where.endsWith("spot");
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        BufferedImage mask = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean spot = defect && Math.hypot(x - side / 3.0, y - side / 2.0) < side / 20.0;
                int grey = (spot ? 40 : 110) + x / 16 % 2 * 30 + random.nextInt(24);
                image.setRGB(x, y, grey << 16 | grey << 8 | grey);
                mask.getRaster().setSample(x, y, 0, spot ? 255 : 0);
            }
        }
        Path file = Files.createDirectories(folder.resolve(where)).resolve(number + ".jpg");
        ImageIO.write(image, "jpg", file.toFile());
        if (defect) {
            Path masks = Files.createDirectories(folder.resolve("data/part/ground_truth/spot"));
            ImageIO.write(mask, "png", masks.resolve(number + "_mask.png").toFile());
        }
        return file;
    }

    private void command(String name, String... words) throws IOException, InterruptedException {
        Path figures = folder.resolve("figures");
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/time", "--format=%e %M", "--output=" + figures, launcher.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(folder.resolve("errors")));
        }
        String[] found = Files.readString(figures).trim().split(" ");
        add(name, Double.parseDouble(found[0]));
        megabytes.merge(name, Double.parseDouble(found[1]) * 1024 / 1e6, Math::max);
    }

    private void add(String name, double value) {
        seconds.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        System.out.printf(Locale.ROOT, "%s: %.2f s%n", name, value);
    }

    private void forwardPasses(Backend backend, FeatureExtractor extractor) {
        for (int i = 0; i < images.size(); i += BATCH) {
            try (Scope scope = backend.scope()) {
                extractor.features(images.subList(i, Math.min(images.size(), i + BATCH)), scope);
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        Path fitted = folder.resolve("part.fitted");
        String good = folder.resolve("data/part/train/good").toString();
        String queries = folder.resolve("queries").toString();
        String out = folder.resolve("results").toString();
        command(
                "fit to " + REFERENCES + " references",
                "fit",
                "--backend=cpu",
                "--backbone=" + backbone,
                "--normal=" + good,
                "--save=" + fitted);
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor =
                        Backbones.open(backbone, BackboneLoader.dinoV2(), BackboneLoader.Input.USUAL, backend)) {
            forwardPasses(backend, extractor);
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                forwardPasses(backend, extractor);
                add("forward passes", 1e-9 * (System.nanoTime() - start));
                command("detect", "detect", "--backend=cpu", "--fitted=" + fitted, "--", queries);
                command(
                        "detect --out",
                        "detect",
                        "--backend=cpu",
                        "--fitted=" + fitted,
                        "--out=" + out,
                        "--replace",
                        "--",
                        queries);
                command(
                        "evaluate",
                        "evaluate",
                        "--backend=cpu",
                        "--backbone=" + backbone,
                        "--data-root=" + folder,
                        "--target=data",
                        "--n-shot=" + REFERENCES,
                        "--out=" + folder.resolve("evaluated-" + round));
                command(
                        "detect one image",
                        "detect",
                        "--backend=cpu",
                        "--backbone=" + backbone,
                        "--normal=" + good + "/0.jpg",
                        "--normal=" + good + "/1.jpg",
                        "--",
                        queries + "/0.jpg");
            }
        }
    }

    private static double median(List<Double> values) {
        return Interleaved.median(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private void report(History history) {
        double passes = median(seconds.get("forward passes"));
        seconds.forEach((name, values) -> {
            Map<String, Double> line = new LinkedHashMap<>();
            line.put("seconds", History.round(median(values), 2));
            boolean all = !name.startsWith("fit") && !name.endsWith("one image");
            if (all) {
                line.put("ratio", History.round(median(values) / passes, 2));
            }
            if (megabytes.containsKey(name)) {
                line.put("resident_mb", History.round(megabytes.get(name), 0));
            }
            System.out.println(name + " " + line);
            try {
                String what = name + ", " + backbone + (all ? ", " + images.size() + " images" : "");
                history.append("cpu", "commands", what, line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Runs the commands, prints their times, and appends medians, ratios to the forward passes, and the most resident memory.
     *
     * @param arguments commit, history file, the launcher, an empty folder, backbone, images, their side, rounds
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        WholeCommands commands = new WholeCommands(
                Path.of(arguments[2]),
                Path.of(arguments[3]),
                arguments[4],
                Integer.parseInt(arguments[5]),
                Integer.parseInt(arguments[6]),
                Integer.parseInt(arguments[7]));
        commands.run();
        commands.report(new History(Path.of(arguments[1]), arguments[0]));
    }
}
