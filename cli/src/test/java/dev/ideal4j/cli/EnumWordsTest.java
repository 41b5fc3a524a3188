package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words as values of options. */
class EnumWordsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"short-side", "short_side", "SHORT-SIDE"})
    void wordsAreJoinedByHyphens(String word) {
        Path good = CommandRun.image(folder.resolve("good.png"), 1);
        Path query = CommandRun.image(folder.resolve("query.png"), 2);
        CommandRun run = CommandRun.of("detect", "--size", 112, "--resize", word, "--normal", good, "--", query);
        assertThat(run.code()).as(run.err()).isZero();
    }

    @Test
    void anotherWordIsRefusedWithAllThatThereAre() {
        CommandRun run = CommandRun.of("detect", "--resize", "shortest", "--normal", "good.png", "--", "query.png");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--resize").contains("found shortest, expected stretch, fit, short-side");
    }
}
