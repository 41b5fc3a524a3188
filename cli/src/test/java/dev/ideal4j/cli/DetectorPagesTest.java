package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.training.TrainableMethod;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in docs/detectors name every option, and their first example runs unchanged. */
class DetectorPagesTest {
    private static final String DATA = "ideal-out";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "visionad", "patchcore", "anomalydino", "subspacead", "nagl", "fdsl", "devnet"})
    void namesEveryOption(String name) throws IOException {
        DetectorMethod method = DetectorMethods.named(name);
        String page = page(name);
        Stream<MethodOption<?>> training =
                method instanceof TrainableMethod trainable ? trainable.trainingOptions().stream() : Stream.empty();
        Stream.concat(method.options().stream(), training)
                .map(MethodOption::name)
                .forEach(option -> assertThat(page).contains("`--" + option + "`"));
    }

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("../docs/detectors/" + name + ".md"));
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "visionad", "patchcore", "anomalydino", "subspacead", "nagl", "fdsl", "devnet"})
    void theFirstExampleRuns(String name) throws IOException {
        String page = page(name);
        int start = page.indexOf("```sh\n") + "```sh\n".length();
        List<String> lines =
                page.substring(start, page.indexOf("```", start)).lines().toList();
        assertThat(lines).hasSize(3).first().isEqualTo("./ideal demo");
        DemoDataset dataset = new DemoDataset(17, 0);
        DemoFolder data = new DemoFolder(folder.resolve(DATA).resolve("demo/data"));
        data.write(dataset.train("tile", 0), "train");
        data.write(dataset.test("tile", DemoDataset.GOOD, 0), "test");
        data.write(dataset.test("tile", "crack", 0), "test");
        for (String line : lines.subList(1, 3)) {
            StringWriter out = new StringWriter();
            PrintWriter writer = new PrintWriter(out, true);
            String[] arguments = line.replaceFirst("^\\./ideal ", "")
                    .replace(DATA + "/", folder.resolve(DATA) + "/")
                    .split(" ");
            assertThat(IdealCommand.run(writer, writer, arguments))
                    .as(line + "\n" + out)
                    .isZero();
        }
    }
}
