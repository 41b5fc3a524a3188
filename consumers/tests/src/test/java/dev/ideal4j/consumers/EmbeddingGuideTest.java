package dev.ideal4j.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code in docs/embedding.md is that of the programs here. */
class EmbeddingGuideTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void showsCodeThatIsCompiledAndRun() throws IOException {
        String programs;
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            programs = files.filter(file -> file.toString().contains("src/main/java")
                            && file.toString().endsWith(".java"))
                    .map(EmbeddingGuideTest::text)
                    .collect(Collectors.joining("\n"));
        }
        List<String> blocks = BLOCK.matcher(text(Path.of("../../docs/embedding.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
        assertThat(blocks).allSatisfy(block -> assertThat(unindented(programs)).contains(unindented(block)));
    }

    private static String unindented(String text) {
        return text.strip().replaceAll("(?m)^ +", "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
