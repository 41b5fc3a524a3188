package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands in the documents: those of tutorial and cookbook run, all others are understood. */
class DocumentedCommandsTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w*)\n(.*?)^```$", Pattern.DOTALL);
    private static final String DEMO = "./ideal demo --no-training\n";

    @TempDir
    Path folder;

    private record Block(String kind, String text) {}

    private static List<Block> blocks(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(block -> new Block(block.group(1), block.group(2)))
                .toList();
    }

    /** All that a shell command prints. It has to succeed. */
    private static String run(InstalledLauncher launcher, String commands) throws Exception {
        Process process =
                launcher.shell("set -e\n" + commands).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s\n%s", commands, out).isZero();
        return out;
    }

    /** Rings as {@code ideal demo} generates them, which would take a minute. */
    private static DemoFolder rings(Path folder, int good) {
        DemoDataset dataset = new DemoDataset(17, 0);
        DemoFolder data = new DemoFolder(folder.resolve("ideal-out/demo/data"));
        for (int i = 0; i < good; i++) {
            data.write(dataset.test("ring", DemoDataset.GOOD, i), "test");
        }
        for (String kind : List.of("chip", "dent", "rust", "scratch")) {
            data.write(dataset.test("ring", kind, 0), "test");
        }
        return data;
    }

    @Test
    @EnabledIfSystemProperty(named = "test.variants", matches = "true", disabledReason = "runs with -Pvariants")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are for a shell")
    void theTutorialLeadsToTheVerdictsThatItShows() throws Exception {
        InstalledLauncher launcher = InstalledLauncher.in(folder);
        rings(folder, 14);
        int compared = 0;
        String printed = "";
        for (Block block : blocks(DOCS.resolve("tutorial.md"))) {
            switch (block.kind()) {
                case "sh" -> printed = run(launcher, block.text().replace(DEMO, ""));
                case "java" -> Files.writeString(folder.resolve("Inspect.java"), block.text());
                default -> {
                    assertPrinted(block.text(), printed);
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(4);
        assertThat(folder.resolve("found/new_scratch.heatmap.png")).isNotEmptyFile();
        assertThat(folder.resolve("found/legend.png")).isNotEmptyFile();
        assertThat(Files.readString(DOCS.resolve("tutorial.md"))).contains(DEMO);
    }

    /** A reader who has photographs takes steps 3 and 4 as they are written. */
    @Test
    @EnabledIfSystemProperty(named = "test.variants", matches = "true", disabledReason = "runs with -Pvariants")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are for a shell")
    void theTutorialLeadsToVerdictsOnPhotographs() throws Exception {
        Path good = Fixture.data("ball-screw/good/000.jpg").getParent();
        Path pitted = good.resolveSibling("pitting");
        InstalledLauncher launcher = InstalledLauncher.in(folder);
        run(launcher, "mkdir -p ring/good ring/new\ncp " + good + "/00*.jpg " + good + "/010.jpg ring/good/");
        for (int i = 0; i < 4; i++) {
            Files.copy(good.resolve("04" + i + ".jpg"), folder.resolve("ring/new/good" + i + ".jpg"));
            Files.copy(pitted.resolve("00" + i + ".jpg"), folder.resolve("ring/new/pitted" + i + ".jpg"));
        }
        String tutorial = Files.readString(DOCS.resolve("tutorial.md"));
        String printed = "";
        for (String step : List.of("## 3.", "## 4.")) {
            Matcher block = BLOCK.matcher(tutorial);
            assertThat(block.find(tutorial.indexOf(step))).isTrue();
            printed = run(launcher, block.group(2));
        }
        assertThat(printed.lines().filter(line -> line.matches("anomalous .*pitted\\d.jpg")))
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(printed.lines().filter(line -> line.matches("good .*good\\d.jpg")))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    /** Each shown line was printed, in order; scores may differ by what rounding makes of them. */
    private static void assertPrinted(String shown, String printed) {
        Iterator<String> lines = printed.lines().iterator();
        shown.lines().forEach(line -> {
            boolean found = false;
            while (!found && lines.hasNext()) {
                found = alike(line, lines.next());
            }
            assertThat(found).as("%s\nin\n%s", line, printed).isTrue();
        });
    }

    private static boolean alike(String shown, String printed) {
        String[] expected = shown.split("\\s+");
        String[] words = printed.split("\\s+");
        if (expected.length != words.length) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            boolean score = expected[i].matches("0\\.\\d{4,}") && words[i].matches("0\\.\\d{4,}");
            if (score
                    ? Math.abs(Double.parseDouble(expected[i]) - Double.parseDouble(words[i])) > 1e-3
                    : !expected[i].equals(words[i])) {
                return false;
            }
        }
        return true;
    }

    @Test
    @EnabledIfSystemProperty(named = "test.variants", matches = "true", disabledReason = "runs with -Pvariants")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are for a shell")
    void theRecipesRun() throws Exception {
        InstalledLauncher launcher = InstalledLauncher.in(folder);
        rings(folder, 12);
        run(launcher, """
                D=ideal-out/demo/data/ring
                mkdir -p good more-good new defects data/part/good data/part/bad
                cp $D/test/good/00[0-5].png good/
                cp $D/test/good/00[6-9].png $D/test/good/010.png more-good/
                cp $D/test/good/011.png new/false-alarm.png
                cp $D/test/rust/000.png new/rust.png
                cp $D/test/scratch/000.png new/scratch.png
                cp $D/test/scratch/000.png defects/scratch.png
                cp $D/test/good/*.png data/part/good/
                for kind in chip rust scratch; do cp $D/test/$kind/000.png data/part/bad/$kind.png; done
                """);
        Files.writeString(folder.resolve("defects/scratch.json"), """
                {"version": "5.0", "imagePath": "scratch.png", "imageHeight": 320, "imageWidth": 320,
                 "shapes": [{"label": "scratch", "shape_type": "polygon",
                   "points": [[30, 140], [70, 110], [78, 120], [40, 152]]}]}
                """);
        Path roi = CommandRun.mask(folder.resolve("region.png"), 0, 0, 100);
        assertThat(roi).isNotEmptyFile();

        String page = Files.readString(DOCS.resolve("cookbook.md"));
        StringBuilder printed = new StringBuilder();
        int recipes = 0;
        for (String recipe : page.split("(?m)^## ")) {
            Matcher block = BLOCK.matcher(recipe);
            assertThat(block.find()).as(recipe).isTrue();
            printed.append(run(launcher, block.group(2)));
            recipes++;
        }
        assertThat(recipes).isEqualTo(11);
        assertThat(printed).contains("take it out", "add: 1 normal", "patchcore");
        assertThat(Files.readAllLines(folder.resolve("results.jsonl")))
                .hasSize(3)
                .allMatch(line -> line.startsWith("{"));
        assertThat(folder.resolve("regions.json")).content().contains("\"annotations\"");
        assertThat(folder.resolve("masks")).isNotEmptyDirectory();
        assertThat(folder.resolve("known/001.png")).isNotEmptyFile();
    }

    @Test
    void everyCommandIsUnderstood() throws IOException {
        List<Path> documents;
        try (Stream<Path> docs = Files.walk(DOCS)) {
            documents = Stream.concat(docs, Stream.of(Path.of("../README.md"), Path.of("../CONTRIBUTING.md")))
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
        int commands = 0;
        for (Path document : documents) {
            String shell = blocks(document).stream()
                    .filter(block -> block.kind().equals("sh"))
                    .map(Block::text)
                    .collect(Collectors.joining("\n"));
            for (String command : commands(shell)) {
                CommandLine line = IdealCommand.withEverything();
                line.setCaseInsensitiveEnumValuesAllowed(true);
                EnumWords.register(line);
                assertThatCode(() -> line.parseArgs(command.split("\\s+")))
                        .as("%s: %s", document, command)
                        .doesNotThrowAnyException();
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(60);
    }

    /** The arguments of each call, with the variables of the document filled in. */
    private static List<String> commands(String shell) {
        String text = shell.replace("\\\n", " ");
        Matcher variables = Pattern.compile("(?m)^(\\w+)=\"([^\"]*)\"$").matcher(text);
        List<String> commands = new ArrayList<>();
        String filled = text;
        while (variables.find()) {
            filled = filled.replace("$" + variables.group(1), variables.group(2));
        }
        Matcher calls = Pattern.compile("(?m)^\\s*(?:\\./)?ideal ([^#>|;&\n]+)").matcher(filled);
        while (calls.find()) {
            commands.add(calls.group(1).strip());
        }
        return commands;
    }
}
