package dev.ideal4j.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The listings of the documents: Java is part of a compiled file, shell and XML can be parsed, and there is no other kind. */
class CodeBlocksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Tests compile what these show: cli's DocumentedCommandsTest and detectors' ReadmeExampleTest. */
    private static final Set<String> COMPILED = Set.of("docs/tutorial.md", "README.md");

    private record Block(String document, String kind, String text) {}

    private static List<Block> blocks(String kind) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Path contents = Path.of("src/main/resources/dev/ideal4j/site/contents.txt");
        for (Contents.Entry entry : Contents.parse(Files.readAllLines(contents)).entries()) {
            String document = entry.source().toString().replace('\\', '/');
            Parser.builder()
                    .build()
                    .parse(Files.readString(ROOT.resolve(entry.source())))
                    .accept(new AbstractVisitor() {
                        @Override
                        public void visit(FencedCodeBlock block) {
                            if (kind == null || block.getInfo().equals(kind)) {
                                blocks.add(new Block(document, block.getInfo(), block.getLiteral()));
                            }
                        }
                    });
        }
        return blocks;
    }

    @Test
    void areOfKindsThatAreChecked() throws IOException {
        List<Block> all = blocks(null);
        assertThat(all).hasSizeGreaterThan(80);
        assertThat(all.stream().filter(block -> !Set.of("java", "python", "sh", "xml", "")
                        .contains(block.kind())))
                .isEmpty();
    }

    @Test
    void javaIsPartOfACompiledFile() throws IOException {
        String sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file ->
                            file.toString().matches(".*[/\\\\]src[/\\\\](main|test)[/\\\\]java[/\\\\].*\\.java"))
                    .map(CodeBlocksTest::text)
                    .map(CodeBlocksTest::unindented)
                    .collect(Collectors.joining("\n"));
        }
        List<Block> java = blocks("java");
        assertThat(java).hasSizeGreaterThan(8);
        assertThat(java.stream()
                        .filter(block -> !COMPILED.contains(block.document()))
                        .filter(block -> !sources.contains(unindented(block.text()))))
                .isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no sh")
    void shellCanBeParsed() throws Exception {
        List<Block> shell = blocks("sh");
        assertThat(shell).hasSizeGreaterThan(40);
        for (Block block : shell) {
            Process check =
                    new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
            check.getOutputStream().write(block.text().getBytes(StandardCharsets.UTF_8));
            check.getOutputStream().close();
            String messages = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(check.waitFor()).as("%s %s", block, messages).isZero();
        }
    }

    @Test
    void pythonCanBeParsed() throws Exception {
        for (Block block : blocks("python")) {
            Process check;
            try {
                check = new ProcessBuilder("python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())")
                        .redirectErrorStream(true)
                        .start();
            } catch (IOException e) {
                Assumptions.abort("there is no python3");
                return;
            }
            check.getOutputStream().write(block.text().getBytes(StandardCharsets.UTF_8));
            check.getOutputStream().close();
            String messages = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(check.waitFor()).as("%s %s", block, messages).isZero();
        }
    }

    @Test
    void xmlCanBeParsed() throws Exception {
        List<Block> xml = blocks("xml");
        assertThat(xml).isNotEmpty();
        for (Block block : xml) {
            byte[] text = ("<all>" + block.text() + "</all>").getBytes(StandardCharsets.UTF_8);
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(text))
                            .getDocumentElement()
                            .hasChildNodes())
                    .as("%s", block)
                    .isTrue();
        }
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
