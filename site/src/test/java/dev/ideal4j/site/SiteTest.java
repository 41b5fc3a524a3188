package dev.ideal4j.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The site: no link, anchor or image is broken, and nothing comes from elsewhere. */
class SiteTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TARGET = Pattern.compile("\\s(href|src)=\"([^\"]*)\"");
    private static final Pattern ANCHOR = Pattern.compile("\\sid=\"([^\"]*)\"");

    @TempDir
    static Path site;

    /** HTML by its path. */
    private static final Map<Path, String> PAGES = new TreeMap<>();

    @BeforeAll
    static void make() throws IOException {
        Site.make(ROOT, site, "1.2.3");
        for (Path file : files(site)) {
            if (file.toString().endsWith(".html")) {
                PAGES.put(file, Files.readString(file));
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void hasAPageOfEveryDocument() throws IOException {
        List<String> documents = new ArrayList<>(List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md"));
        for (Path file : files(ROOT.resolve("docs"))) {
            if (file.toString().endsWith(".md")) {
                documents.add(ROOT.relativize(file).toString().replace('\\', '/'));
            }
        }
        Path contents = Path.of("src/main/resources/dev/ideal4j/site/contents.txt");
        assertThat(Contents.parse(Files.readAllLines(contents)).entries())
                .extracting(entry -> entry.source().toString().replace('\\', '/'))
                .containsAll(documents)
                .doesNotHaveDuplicates();
        assertThat(site.resolve("index.html")).content().contains("<title>ideal4j", "1.2.3");
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Map.Entry<Path, String> page : PAGES.entrySet()) {
            Matcher targets = TARGET.matcher(page.getValue());
            while (targets.find()) {
                String target = targets.group(2);
                if (!target.contains("://")) {
                    checked++;
                    if (!leadsSomewhere(page.getKey(), target)) {
                        broken.add(site.relativize(page.getKey()) + ": " + target);
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(1000);
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String target) {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (parts.length == 1 || !PAGES.containsKey(file)) {
            return Files.isRegularFile(file);
        }
        String anchor = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
        return ANCHOR.matcher(PAGES.get(file)).results().anyMatch(match -> match.group(1)
                .equals(anchor));
    }

    @Test
    void anchorsAreNamedOnce() {
        PAGES.forEach((page, html) -> assertThat(ANCHOR.matcher(html).results().map(match -> match.group(1)))
                .as("%s", page)
                .doesNotHaveDuplicates());
    }

    @Test
    void linksToElsewhereAreWholeAddresses() {
        Set<String> addresses = new HashSet<>();
        PAGES.forEach((page, html) -> TARGET.matcher(html)
                .results()
                .map(match -> match.group(2))
                .filter(target -> target.contains("://"))
                .forEach(addresses::add));
        assertThat(addresses).isNotEmpty().allSatisfy(address -> {
            assertThat(address).startsWith("https://");
            assertThat(URI.create(address).getHost()).contains(".");
        });
    }

    @Test
    void nothingIsLoadedFromElsewhereAndNoScriptRuns() throws IOException {
        for (Map.Entry<Path, String> page : PAGES.entrySet()) {
            assertThat(page.getValue()).as("%s", page.getKey()).doesNotContain("<script", "src=\"http", "@import");
            assertThat(Pattern.compile("<link [^>]*href=\"([^\"]*)\"")
                            .matcher(page.getValue())
                            .results()
                            .map(match -> match.group(1)))
                    .allMatch(target -> target.endsWith("style.css") && !target.contains(":"));
        }
        assertThat(Files.readString(site.resolve("style.css"))).doesNotContain("url(", "@import");
    }

    @Test
    void imagesCanBeReadAndAreDescribed() throws Exception {
        int images = 0;
        for (Map.Entry<Path, String> page : PAGES.entrySet()) {
            Matcher tags = Pattern.compile("<img [^>]*>").matcher(page.getValue());
            while (tags.find()) {
                images++;
                assertThat(tags.group()).as("%s", page.getKey()).containsPattern("alt=\"[^\"]{10,}\"");
                Matcher source = Pattern.compile("src=\"([^\"]*)\"").matcher(tags.group());
                assertThat(source.find()).isTrue();
                Path file = page.getKey().resolveSibling(source.group(1));
                if (file.toString().endsWith(".svg")) {
                    assertThat(svg(file)).isEqualTo("svg");
                } else {
                    assertThat(ImageIO.read(file.toFile())).as("%s", file).isNotNull();
                }
            }
        }
        assertThat(images).isGreaterThanOrEqualTo(6);
    }

    /** The name of the outermost element. */
    private static String svg(Path file) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setEntityResolver((name, address) -> new InputSource(new StringReader("")));
        return builder.parse(file.toFile()).getDocumentElement().getTagName();
    }

    @Test
    void everyPageHasOneTitleAndAMenu() {
        PAGES.forEach((page, html) -> {
            assertThat(Pattern.compile("<h1[ >]").matcher(html).results())
                    .as("%s", page)
                    .hasSize(1);
            assertThat(html).doesNotContain("{title}", "{root}", "{menu}", "{text}", "<title> ");
        });
        assertThat(PAGES.get(site.resolve("tutorial.html"))).containsOnlyOnce("aria-current=\"page\"");
    }

    @Test
    void aLinkToNothingStopsTheBuild(@TempDir Path root, @TempDir Path out) throws IOException {
        for (Path source : Contents.parse(
                        Files.readAllLines(Path.of("src/main/resources/dev/ideal4j/site/contents.txt")))
                .entries()
                .stream()
                .map(Contents.Entry::source)
                .toList()) {
            Files.createDirectories(root.resolve(source).getParent());
            Files.writeString(root.resolve(source), "# Page\n");
        }
        Files.writeString(root.resolve("docs/faq.md"), "# Page\n[more](nowhere.md)\n");
        assertThatThrownBy(() -> Site.make(root, out, "1"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("faq.md has a link to nowhere.md");
    }

    @Test
    void twoRunsGiveEqualBytes(@TempDir Path again) throws IOException {
        Site.make(ROOT, again, "1.2.3");
        List<Path> files = files(site);
        assertThat(files(again)).hasSameSizeAs(files);
        for (Path file : files) {
            assertThat(again.resolve(site.relativize(file))).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void isMadeWithoutANetwork(@TempDir Path out) throws Exception {
        assumeThat(run("unshare", "--net", "true"))
                .as("unshare, which takes the network away")
                .isZero();
        assertThat(run("unshare", "--net", "sh", "-c", "! getent hosts repo.maven.apache.org"))
                .isZero();
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        String classes = System.getProperty("java.class.path");
        assertThat(run(
                        "unshare",
                        "--net",
                        java,
                        "-cp",
                        classes,
                        Site.class.getName(),
                        ROOT.toString(),
                        out.toString(),
                        "1"))
                .isZero();
        assertThat(files(out)).hasSameSizeAs(files(site));
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            return 127;
        }
    }

    @Test
    void theCitationHasTheVersionOfTheBuild() throws IOException {
        String version = System.getProperty("project.version").replace("-SNAPSHOT", "");
        assertThat(Files.readString(ROOT.resolve("CITATION.cff")))
                .contains("cff-version: 1.2.0", "\nversion: " + version + "\n", "license: Apache-2.0");
    }
}
