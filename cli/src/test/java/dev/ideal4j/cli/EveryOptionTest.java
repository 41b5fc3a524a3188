package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

/** Each option of {@code detect} and {@code fit} changes the results, or is refused, or a note says that it has no effect. */
@Tag("long")
class EveryOptionTest {
    /** Options that do not change results. */
    private static final Set<String> WITHOUT_RESULT = Set.of(
            "--help",
            "--version",
            "--verbose",
            "--backend",
            "--threads",
            "--batch-size",
            "--exif", // the images here have none: ReadingOptionsTest
            "--resize", // the images here are square: TiledDetectorTest
            "--replace", // DetectResultsTest
            "--out", // in every run here
            "--fail-on-anomaly", // VerdictTest, and the next two
            "--watch-drift",
            "--calibration-defects",
            "--save");

    /** Options without effect by the method: products and distances rank unit tokens equally. */
    private static final Set<String> SAME = Set.of("fdsl --alignment");

    @TempDir
    static Path data;

    private static Map<String, List<Object>> ways;
    private static Map<String, List<Object>> values;
    private static List<Object> queries;
    private static int runs;

    @BeforeAll
    static void prepare() throws IOException {
        Path normal = CommandRun.image(data.resolve("normal.png"), 1);
        Path other = CommandRun.image(data.resolve("other.png"), 2);
        Path bad = CommandRun.image(data.resolve("bad.png"), 3, 40, 40, 30);
        Path worse = CommandRun.image(data.resolve("worse.png"), 4, 10, 10, 60);
        Path mask = CommandRun.mask(data.resolve("mask.png"), 40, 40, 30);
        Path torn = data.resolve("torn.png");
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(bad), 500));
        Path query = CommandRun.image(data.resolve("query.png"), 5, 80, 80, 20);
        queries = List.of("--", torn, query);
        Path products = Files.createDirectories(data.resolve("products"));

        List<Object> references = List.of("--normal", normal, "--abnormal", bad, "--mask", mask);
        List<Object> small = List.of("--size", 112, "--backbone", "builtin");
        List<Object> devnet =
                List.of("--detector", "devnet", "--size", 64, "--fit-epochs", 1, "--fit-steps", 1, "--fit-batch", 2);
        Path checkpoint = encoder("encoder.safetensors", 5);
        Path ideal = fit("ideal", join(small, references));
        Path visionad = fit("visionad", join(small, List.of("--detector", "visionad", "--normal", normal)));
        Path devnetFile = fit("devnet", join(devnet, List.of("--normal", normal, "--abnormal", bad)));
        ways = new TreeMap<>(Map.of(
                "ideal", join(small, references, List.of("--encoder", "published")),
                "ideal, normal alone", join(small, List.of("--normal", normal)),
                "ideal, trained", join(small, references, List.of("--checkpoint", checkpoint)),
                "ideal, fitted", List.of("--fitted", ideal),
                "visionad", join(small, List.of("--detector", "visionad", "--normal", normal)),
                "visionad, fitted", List.of("--fitted", visionad),
                "nagl", join(small, references, List.of("--detector", "nagl")),
                "fdsl", join(small, List.of("--detector", "fdsl", "--normal", normal)),
                "devnet", join(devnet, List.of("--normal", normal, "--abnormal", bad)),
                "devnet, fitted", List.of("--fitted", devnetFile)));
        ways.put(
                "patchcore",
                join(small, List.of("--detector", "patchcore", "--variant", "authors", "--normal", normal)));
        ways.put(
                "anomalydino", join(small, List.of("--detector", "anomalydino", "--rotations", 1, "--normal", normal)));
        ways.put("subspacead", join(small, List.of("--detector", "subspacead", "--rotations", 2, "--normal", normal)));

        ways.put("ideal, known defects", join(small, references));

        values = new TreeMap<>();
        values.put("--backbone", List.of("builtin-smooth"));
        values.put("--size", List.of(224));
        values.put("--heads", List.of(6));
        values.put("--stages", List.of("layer1"));
        values.put("--detector", List.of("fdsl"));
        values.put("--checkpoint", List.of(encoder("other.safetensors", 6)));
        values.put("--encoder-seed", List.of(3));
        values.put("--normal", List.of(other));
        values.put("--abnormal", List.of(worse, "--mask", mask));
        values.put("--mask", List.of(mask));
        values.put("--exif", List.of("ignore"));
        values.put("--levels", List.of("auto"));
        values.put("--labels", List.of(mask));
        values.put("--product-root", List.of(products));
        values.put("--fitted", List.of(visionad));
        values.put("--maps", List.of("png"));
        values.put("--heatmap-scale", List.of("0.01,0.02"));
        values.put("--format", List.of("csv"));
        values.put("--calibration", List.of(other));
        values.put("--calibration-defects", List.of(worse));
        values.put("--max-false-alarms", List.of("40%"));
        values.put("--threshold", List.of("0.001"));
        values.put("--roi", List.of(CommandRun.mask(data.resolve("roi.png"), 0, 0, 110)));
        values.put("--ignore", List.of(CommandRun.mask(data.resolve("query_ignore.png"), 70, 70, 40)));
        values.put("--least-area", List.of(100_000));
        values.put("--tile", List.of(56));
        values.put("--overlap", List.of(10, "--tile", 56));
        values.put("--scale", List.of(2, "--tile", 100));
        for (String option : List.of(
                "topk 8",
                "topr 2",
                "proj-alpha 0.3",
                "nheads 4",
                "smoothing 2",
                "coreset 0.5",
                "crop 84",
                "first-layer 1",
                "last-layer 5",
                "score-side 64",
                "top-fraction 0.6",
                "multi-class query",
                "alignment diff2",
                "map-size 60",
                "window-size 5",
                "window-stride 3",
                "window-grid 5",
                "window-weight 0.2",
                "windows merged",
                "encoder published",
                "criterion bce",
                "fit-batch 1",
                "fit-epochs 2",
                "fit-lr 0.01",
                "fit-steps 2",
                "n-scales 1",
                "variant authors",
                "neighbourhood 1",
                "neighbours 3",
                "pretrain-dimension 100",
                "target-dimension 50",
                "fit-seed 3",
                "rotations 3",
                "mask-threshold 0.5",
                "mask-kernel 5",
                "mask-border 0",
                "metric l2",
                "explained-variance 0.5",
                "components 4",
                "drop-components 2",
                "largest-rotation 10",
                "patch-score cosine",
                "aggregation max")) {
            values.put("--" + option.split(" ")[0], List.of(option.split(" ")[1]));
        }
    }

    /** A file like that of a trained encoder. */
    private static Path encoder(String name, long seed) {
        Path file = data.resolve(name);
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            Parameters parameters = Parameters.fresh(scope, seed);
            assertThat(new IntrinsicDeviationEncoder(parameters, 45, 384, 8).vectors())
                    .isEqualTo(45);
            SafetensorsWriter.write(file, parameters, Map.of());
        }
        return file;
    }

    private static Path fit(String name, List<Object> arguments) {
        Path file = data.resolve(name + ".fitted");
        CommandRun run =
                CommandRun.of(join(List.of("fit", "--save", file), arguments).toArray());
        assertThat(run.code()).as(run.err()).isZero();
        return file;
    }

    @SafeVarargs
    private static List<Object> join(List<Object>... parts) {
        List<Object> all = new ArrayList<>();
        for (List<Object> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** The outcome of a run: its output and its files. */
    private record Left(CommandRun run, Map<String, String> files) {}

    private static Left run(String command, List<Object> arguments) {
        Path out = data.resolve("out" + runs++);
        List<Object> all = command.equals("fit")
                ? join(List.of(command, "--save", out), arguments)
                : join(List.of(command, "--format", "json", "--out", out), arguments, queries);
        CommandRun run = CommandRun.of(all.toArray());
        try {
            Map<String, String> files = new TreeMap<>();
            if (Files.exists(out)) {
                try (var found = Files.walk(out)) {
                    for (Path file : found.filter(Files::isRegularFile).toList()) {
                        files.put(
                                out.relativize(file).toString(),
                                new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                    }
                }
            }
            files.remove("config.json"); // results, not what is said of them
            return new Left(run, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"detect", "fit"})
    void isUsedOrRefusedOrNoted(String command) {
        List<OptionSpec> options = options(command);
        List<String> ignored = new ArrayList<>();
        ways.forEach((way, arguments) -> {
            if (command.equals("fit") && !Set.of("ideal", "visionad", "devnet").contains(way)) {
                return;
            }
            Left plain = run(command, arguments);
            assertThat(plain.run.code()).as(way + plain.run.err()).isEqualTo(command.equals("fit") ? 0 : 1);
            for (OptionSpec option : options) {
                String name = option.longestName();
                if (WITHOUT_RESULT.contains(name) || SAME.contains(way + " " + name)) {
                    continue;
                }
                List<Object> changed = changed(arguments, option);
                if (Set.copyOf(changed).equals(Set.copyOf(arguments))) {
                    continue;
                }
                Left with = run(command, changed);
                String last = with.run.err().lines().reduce((a, b) -> b).orElse("");
                boolean refused = with.run.code() != 0
                                && values.getOrDefault(name, List.of()).stream()
                                        .anyMatch(word -> last.contains("" + word))
                        || with.run.code() == 2 && last.contains(name);
                boolean noted = with.run.err().contains("note: " + name + " ");
                boolean used = !with.run.out().equals(plain.run.out()) || !with.files.equals(plain.files);
                boolean failed = with.run.out().isEmpty() && with.files.isEmpty() && command.equals("detect");
                if (!refused && !noted && (!used || failed && !name.equals("--stop-on-error"))) {
                    ignored.add(way + " " + name + ": " + last);
                }
            }
        });
        assertThat(ignored).isEmpty();
    }

    private static List<OptionSpec> options(String command) {
        return IdealCommand.withEverything()
                .getSubcommands()
                .get(command)
                .getCommandSpec()
                .options();
    }

    /** The arguments, in which the option replaces earlier values of it. */
    private static List<Object> changed(List<Object> arguments, OptionSpec option) {
        String name = option.longestName();
        List<Object> changed = new ArrayList<>(arguments);
        int at = changed.indexOf(name);
        boolean many = option.arity().max() > 1;
        if (at >= 0 && !many) {
            changed.remove(at);
            changed.remove(at);
        }
        changed.add(name);
        if (option.arity().max() > 0) {
            assertThat(values).as("a value to try").containsKey(name);
            changed.addAll(values.get(name));
        }
        return changed;
    }
}
