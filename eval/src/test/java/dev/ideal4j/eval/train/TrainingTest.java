package dev.ideal4j.eval.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.DatasetIndex;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Draws;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TrainingEpisode;
import dev.ideal4j.eval.episodes.TrainingProtocol;
import dev.ideal4j.eval.evaluate.Json;
import dev.ideal4j.eval.evaluate.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        SmallRun.writeData(folder);
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Stops a run at an iteration, counted over all epochs. */
    private static TrainingListener stopAt(int step) {
        return new TrainingListener() {
            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                if (epoch * iterations + iteration == step) {
                    throw new Stopped();
                }
            }
        };
    }

    @Test
    void aRunLeavesCheckpointsLogCurveAndScores() throws IOException {
        Path out = folder.resolve("out");
        Path best = SmallRun.run(folder, out, TrainingListener.NONE, false);
        assertThat(best).isEqualTo(out.resolve("best.pth")).isRegularFile();
        List<JsonNode> log = Files.readAllLines(out.resolve("log.jsonl")).stream()
                .map(TrainingTest::json)
                .toList();
        assertThat(log).hasSize(SmallRun.EPOCHS * (SmallRun.ITERATIONS + 1));
        double sum = 0;
        for (int i = 0; i < SmallRun.ITERATIONS; i++) {
            assertThat(log.get(i).path("iteration").asInt()).isEqualTo(i);
            sum += log.get(i).path("total").floatValue();
        }
        JsonNode epoch = log.get(SmallRun.ITERATIONS);
        assertThat(epoch.path("meanLoss").asDouble()).isEqualTo(sum / SmallRun.ITERATIONS);
        assertThat(epoch.path("best").asBoolean()).isTrue();

        List<Path> validations;
        try (var children = Files.list(out.resolve("validation"))) {
            validations = children.toList();
        }
        assertThat(validations).hasSize(SmallRun.EPOCHS).anySatisfy(validation -> {
            Results results = Results.read(validation.resolve("results.json"));
            double mean = results.products().stream()
                    .mapToDouble(product -> product.image().auroc())
                    .average()
                    .orElseThrow();
            assertThat(mean)
                    .isCloseTo(epoch.path("imageAuroc").asDouble(), org.assertj.core.api.Assertions.within(1e-6));
        });
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        JsonNode config = json(Files.readString(out.resolve("config.json")));
        assertThat(config.path("settings").path("source").asText()).isEqualTo("source");
        assertThat(config.path("settings").path("fingerprint").asText()).hasSize(64);
        assertThat(config.path("settings").path("seed").asInt()).isEqualTo(17);
        assertThat(config.path("provenance").path("versions").has("java")).isTrue();
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Test
    void aStoppedRunEndsInTheSameBitsLogIncluded() throws IOException {
        Path whole = folder.resolve("whole");
        SmallRun.run(folder, whole, TrainingListener.NONE, false);
        for (int step : new int[] {1, SmallRun.ITERATIONS + 1}) {
            Path out = folder.resolve("stopped" + step);
            assertThatThrownBy(() -> SmallRun.run(folder, out, stopAt(step), false))
                    .isInstanceOf(Stopped.class);
            Files.writeString(
                    out.resolve("log.jsonl"), Files.readString(out.resolve("log.jsonl")) + "{\"epoch\":1,\"iter");
            SmallRun.run(folder, out, TrainingListener.NONE, true);
            assertSameRuns(out, whole);
        }
    }

    static void assertSameRuns(Path found, Path expected) {
        for (String name : List.of("best.pth", "last.pth", "best.safetensors", "state.safetensors", "log.jsonl")) {
            assertThat(found.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }

    @Test
    void anotherRunsFolderIsRefused() {
        Path out = folder.resolve("out");
        assertThatThrownBy(() -> SmallRun.run(folder, out, stopAt(0), false)).isInstanceOf(Stopped.class);
        assertThatThrownBy(() -> SmallRun.run(folder, out, TrainingListener.NONE, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--resume");
        TrainingPlan other = SmallRun.plan(folder, out, new Shots(2, 1), SmallRun.EPISODES + 1);
        assertThatThrownBy(() -> SmallRun.run(other, TrainingListener.NONE, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nShot = 2, episodes = 11")
                .hasMessageContaining("nShot = 1, episodes = 10 as before");
    }

    @Test
    void twoTrainingsInOneFolderAreRefused() {
        Path out = folder.resolve("out");
        AtomicReference<Throwable> second = new AtomicReference<>();
        SmallRun.run(
                folder,
                out,
                new TrainingListener() {
                    @Override
                    public void iteration(
                            int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                        second.compareAndSet(
                                null, catchThrowable(() -> SmallRun.run(folder, out, TrainingListener.NONE, true)));
                    }
                },
                false);
        assertThat(second.get())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(out.toString())
                .hasMessageContaining("at work");
    }

    @Test
    void theReportHasACurveOfEachLossAndNothingFromOutside() throws IOException {
        Path out = folder.resolve("out");
        SmallRun.run(folder, out, TrainingListener.NONE, false);
        String html = Files.readString(out.resolve("report.html"));
        assertThat(html)
                .contains("Training on source for target", "Total loss", "Loss: gather", "Learning rate", "Validation")
                .doesNotContain("src=\"http", "href=\"http", "NaN");
        // Six losses, the rate and the validation.
        assertThat(html.split("<svg ")).hasSize(1 + 8);
        assertThat(html.split("<tr><th scope=\"row\">\\d+</th>")).hasSize(1 + SmallRun.EPOCHS);
    }

    @Test
    void testReferencesAreDrawnBeforeTheEpisodes() {
        TrainingPlan plan = SmallRun.plan(folder, folder.resolve("out"), new Shots(1, 1), SmallRun.EPISODES);
        DatasetEpisodes episodes = new DatasetEpisodes(plan);
        Draws draws = new Draws(17);
        plan.protocol().episodes(plan.target().index(), draws);
        TrainingProtocol protocol = new TrainingProtocol(plan.source(), new Shots(1, 1), false, draws);
        for (int i = 0; i < 20; i++) {
            Episode episode = episodes.next();
            TrainingEpisode drawn = protocol.next();
            assertThat(episode.query().key()).isEqualTo(key(plan, drawn.query()));
            assertThat(episode.normal().get(0).key())
                    .isEqualTo(key(plan, drawn.normal().get(0)));
            assertThat(episode.abnormal().get(0).key())
                    .isEqualTo(key(plan, drawn.anomalous().get(0)));
            assertThat(episode.query().mask() != null).isEqualTo(drawn.query().anomalous());
        }
    }

    private static String key(TrainingPlan plan, LabeledImage image) {
        return new DatasetImage(plan.source(), image).key();
    }

    @Test
    void aSourceMustShowMarkedDefects() {
        LabeledImage good = new LabeledImage("good.png", "", "plate", "good", false);
        LabeledImage unmarked = new LabeledImage("bad.png", "", "plate", "bad", true);
        assertRefused(List.of(good), "no defective test image");
        assertRefused(List.of(good, unmarked), "no mask");
    }

    private void assertRefused(List<LabeledImage> images, String message) {
        TrainingPlan plan = SmallRun.plan(folder, folder.resolve("out"), new Shots(1, 1), SmallRun.EPISODES);
        Dataset source = new Dataset("bare", folder, new DatasetIndex(Map.of(), Map.of("plate", images)));
        assertThatThrownBy(() -> new TrainingPlan(
                        source, plan.target(), plan.protocol(), plan.config(), 50, 4, 1, plan.out(), plan.cache()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }
}
