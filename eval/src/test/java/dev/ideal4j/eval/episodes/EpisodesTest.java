package dev.ideal4j.eval.episodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.DatasetIndex;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.TestProtocol.ExplicitType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpisodesTest {
    private static DatasetIndex index(int perType) {
        List<LabeledImage> images = new ArrayList<>();
        for (int i = 0; i < perType; i++) {
            images.add(new LabeledImage("n" + i, "", "nut", "", false));
            images.add(new LabeledImage("b" + i, "m", "nut", "bent", true));
            images.add(new LabeledImage("s" + i, "m", "nut", "scratch", true));
        }
        return new DatasetIndex(Map.of(), Map.of("nut", images));
    }

    @Test
    void referencesAreNeverScored() {
        for (Setting setting : Setting.values()) {
            for (long seed = 0; seed < 50; seed++) {
                TestProtocol protocol = new TestProtocol(new Shots(2, 2), setting);
                TestEpisode episode = protocol.episodes(index(4), seed).get(0);
                assertThat(episode.queries()).doesNotContainAnyElementsOf(episode.normal());
                assertThat(episode.queries()).doesNotContainAnyElementsOf(episode.anomalous());
                assertThat(episode.normal()).hasSize(2).doesNotHaveDuplicates();
                assertThat(episode.queries()).hasSize(setting == Setting.HARD ? 2 + 4 : 2 + 2 + 4);
                assertThat(protocol.episodes(index(4), seed).get(0)).isEqualTo(episode);
            }
        }
    }

    @Test
    void noAbnormalReferencesDropNoType() {
        TestEpisode episode = new TestProtocol(new Shots(1, 0), Setting.HARD)
                .episodes(index(2), 17)
                .get(0);
        assertThat(episode.types()).isEmpty();
        assertThat(episode.queries()).hasSize(5);
    }

    @Test
    void settingsThatContradictAreRefused() {
        assertThatThrownBy(() -> new Shots(0, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new TestProtocol(new Shots(1, 1), Setting.GENERAL, 2, null))
                .isInstanceOf(InvalidInputException.class);
        ExplicitType hole = new ExplicitType("nut", "hole");
        assertThatThrownBy(() -> new TestProtocol(new Shots(1, 2), Setting.GENERAL, 2, hole))
                .isInstanceOf(InvalidInputException.class);
        TestProtocol unknownType = new TestProtocol(new Shots(1, 1), Setting.GENERAL, 1, hole);
        assertThatThrownBy(() -> unknownType.episodes(index(2), 1)).hasMessageContaining("bent, scratch");
        TestProtocol unknownProduct =
                new TestProtocol(new Shots(1, 1), Setting.GENERAL, 1, new ExplicitType("bolt", "bent"));
        assertThatThrownBy(() -> unknownProduct.episodes(index(2), 1)).hasMessageContaining("one of nut");
        assertThatThrownBy(() -> new Draws(-1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void productsWithoutAKindAreRefused() {
        DatasetIndex normalOnly =
                new DatasetIndex(Map.of(), Map.of("nut", List.of(new LabeledImage("n", "", "nut", "good", false))));
        assertThatThrownBy(() -> new TestProtocol(new Shots(1, 1), Setting.GENERAL).episodes(normalOnly, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nut");
    }

    @Test
    void trainingEndsWhereEveryQueryIsAReference() {
        Dataset tiny = new Dataset(
                "tiny",
                Path.of("tiny"),
                new DatasetIndex(
                        Map.of(),
                        Map.of(
                                "nut",
                                List.of(
                                        new LabeledImage("n", "", "nut", "good", false),
                                        new LabeledImage("b", "m", "nut", "bent", true)))));
        TrainingProtocol protocol = new TrainingProtocol(tiny, new Shots(1, 1), false, new Draws(1));
        assertThatThrownBy(protocol::next)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("tiny");
    }
}
