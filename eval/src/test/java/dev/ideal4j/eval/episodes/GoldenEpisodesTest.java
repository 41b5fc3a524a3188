package dev.ideal4j.eval.episodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.data.MetaJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Episodes equal those of the published data set classes, draw for draw. */
@Tag("golden")
class GoldenEpisodesTest {
    private JsonNode expected;

    @BeforeEach
    void read() throws IOException {
        expected =
                new ObjectMapper().readTree(Fixture.file("meta/episodes.json").toFile());
    }

    @Test
    void testReferencesAndQueries() {
        assertThat(expected.path("test")).isNotEmpty();
        for (JsonNode run : expected.path("test")) {
            Dataset dataset = dataset(run.path("data_target").asText());
            Draws draws = new Draws(run.path("seed").asLong());
            List<TestEpisode> episodes = protocol(run).episodes(dataset.index(), draws);

            assertThat(episodes)
                    .extracting(TestEpisode::product)
                    .containsExactlyElementsOf(texts(run.path("products")));
            List<LabeledImage> queries = new ArrayList<>();
            for (TestEpisode episode : episodes) {
                JsonNode references = run.path("refs").path(episode.product());
                assertThat(paths(dataset, episode.normal())).isEqualTo(texts(references.path("normal")));
                assertThat(paths(dataset, episode.anomalous())).isEqualTo(texts(references.path("abnormal")));
                assertThat(String.join("|", episode.types()))
                        .isEqualTo(references.path("abnormal_type").asText());
                assertThat(episode.queries()).hasSize(references.path("queries").asInt());
                queries.addAll(episode.queries());
            }
            assertThat(queries).hasSize(run.path("total_queries").asInt());
            for (JsonNode query : run.path("some_queries")) {
                LabeledImage image = queries.get(query.get(0).asInt());
                assertThat(path(dataset, image)).isEqualTo(query.get(1).asText());
                assertThat(image.anomalous()).isEqualTo(query.get(2).asInt() == 1);
                assertThat(image.product()).isEqualTo(query.get(3).asText());
            }
            continuesAs(run, draws);
        }
    }

    private static TestProtocol protocol(JsonNode run) {
        TestProtocol.ExplicitType explicit = run.has("test_ref_object")
                ? new TestProtocol.ExplicitType(
                        run.path("test_ref_object").asText(),
                        run.path("test_ref_anomaly_type").asText())
                : null;
        Setting setting = run.path("setting").asText().equals("hard") ? Setting.HARD : Setting.GENERAL;
        return new TestProtocol(shots(run), setting, run.path("a_ref_types").asInt(1), explicit);
    }

    @Test
    void trainingEpisodes() {
        assertThat(expected.path("train")).isNotEmpty();
        for (JsonNode run : expected.path("train")) {
            Dataset source = dataset(run.path("data_target").asText().equals("MVTecAD") ? "VisA" : "MVTecAD");
            Draws draws = new Draws(run.path("seed").asLong());
            TrainingProtocol protocol = new TrainingProtocol(source, shots(run), false, draws);
            for (JsonNode episode : run.path("episodes")) {
                TrainingEpisode drawn = protocol.next();
                assertThat(drawn.product()).isEqualTo(episode.path("product").asText());
                assertThat(path(source, drawn.query()))
                        .isEqualTo(episode.path("query").asText());
                assertThat(drawn.query().anomalous())
                        .isEqualTo(episode.path("label").asInt() == 1);
                assertThat(paths(source, drawn.normal())).isEqualTo(texts(episode.path("normal")));
                assertThat(paths(source, drawn.anomalous())).isEqualTo(texts(episode.path("abnormal")));
            }
            continuesAs(run, draws);
        }
    }

    /** Both generators have drawn exactly as many numbers as the published code. */
    private static void continuesAs(JsonNode run, Draws draws) {
        assertThat(Integer.toUnsignedLong(draws.python().next32()))
                .isEqualTo(run.path("next_python_u32").asLong());
        assertThat(Integer.toUnsignedLong(draws.numpy().next32()))
                .isEqualTo(run.path("next_numpy_u32").asLong());
    }

    @Test
    void publishedReferenceDraws() throws IOException {
        JsonNode draws = new ObjectMapper()
                .readTree(Fixture.file("meta/draws.json").toFile())
                .path("published_reference_draws");
        int runs = 0;
        for (var run : draws.properties()) {
            if (!run.getKey().matches(".*_seed_\\d+")) {
                continue;
            }
            runs++;
            Draws generators = new Draws(Long.parseLong(run.getKey().replaceAll(".*_", "")));
            for (JsonNode product : run.getValue()) {
                assertThat(generators.numpy().choice(1)).isZero();
                assertThat(generators
                                .python()
                                .sample(product.path("normal_pool").asInt(), 1))
                        .containsExactly(product.path("normal_index").asInt());
                int type =
                        generators.numpy().choice(product.path("abnormal_pools").size());
                assertThat(type)
                        .isEqualTo(product.path("abnormal_type_position").asInt());
                int pool = product.path("abnormal_pools").get(type).asInt();
                assertThat(generators.python().sample(pool, 1))
                        .containsExactly(product.path("abnormal_index").asInt());
            }
        }
        assertThat(runs).isGreaterThan(1);
    }

    private static Shots shots(JsonNode run) {
        return new Shots(run.path("n_shot").asInt(), run.path("a_shot").asInt());
    }

    private static Dataset dataset(String name) {
        return new Dataset(name, Path.of(name), MetaJson.read(Fixture.file("meta/" + name + ".meta.json")));
    }

    private static String path(Dataset dataset, LabeledImage image) {
        return dataset.name() + "/" + image.image();
    }

    private static List<String> paths(Dataset dataset, List<LabeledImage> images) {
        return images.stream().map(image -> path(dataset, image)).toList();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
