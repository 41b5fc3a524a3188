package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.ide.EncoderWeights;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in README.md: it is the code below, and the code below runs. */
class ReadmeExampleTest {
    private static final int WIDTH = 32;
    private static final String SOURCE = "src/test/java/dev/ideal4j/detectors/ReadmeExampleTest.java";

    @TempDir
    Path weights;

    @TempDir
    Path images;

    @Test
    void runs() {
        VitConfig tiny = new VitConfig(WIDTH, 1, 2, 64, false, 0, 14, 5, VitConfig.Position.PLAIN);
        SafetensorsWriter.write(
                weights.resolve("dinov2_vits14_pretrain.pth"),
                VitWeights.seeded(tiny, "readme/").tensors(),
                Map.of());
        SafetensorsWriter.write(
                weights.resolve("ideal_mvtec.pth"),
                new SeededWeights("readme/", EncoderWeights.shapes(45, WIDTH)),
                Map.of());
        for (String name : new String[] {"good.png", "scratched.png", "part.png"}) {
            byte[] samples = new byte[3 * 120 * 100];
            float[] noise = SeededValues.uniform(name, samples.length, 60, 128);
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) noise[i];
            }
            ImageWriter.writePng(new RgbImage(120, 100, samples), images.resolve(name));
        }
        byte[] mask = new byte[3 * 120 * 100];
        Arrays.fill(mask, 3 * 120 * 50, 3 * 120 * 60, (byte) 255);
        ImageWriter.writePng(new RgbImage(120, 100, mask), images.resolve("scratched_mask.png"));

        example(weights, images);

        RgbImage heatmap = ImageReader.read(images.resolve("part_heatmap.png"));
        assertThat(heatmap.width()).isEqualTo(448);
        assertThat(heatmap.height()).isEqualTo(448);
    }

    private static void example(Path weights, Path images) {
        // readme:start
        try (Backend backend = Backends.best();
                FeatureExtractor dino = DinoV2.load(weights.resolve("dinov2_vits14_pretrain.pth"), backend);
                IdealDetector ideal = IdealDetector.load(weights.resolve("ideal_mvtec.pth"), dino)) {
            RgbImage good = ImageReader.read(images.resolve("good.png"));
            RgbImage scratched = ImageReader.read(images.resolve("scratched.png"));
            Mask scratch = MaskReader.read(images.resolve("scratched_mask.png"));
            References references = References.builder()
                    .normal(good)
                    .abnormal(scratched, scratch)
                    .build();
            try (FittedDetector tile = ideal.fit(references)) { // references run through the network once, here
                Anomaly anomaly = tile.score(ImageReader.read(images.resolve("part.png")));
                System.out.println("score " + anomaly.score());
                ImageWriter.writePng(anomaly.heatmap(), images.resolve("part_heatmap.png"));
            }
        }
        // readme:end
    }

    @Test
    void isWhatTheReadmeShows() throws IOException {
        assertThat(shown(0).strip()).isEqualTo(region(Files.readString(Path.of(SOURCE))));
    }

    @Test
    void compilesWithTheImportsThatTheReadmeShows() throws IOException {
        String method = "void run(java.nio.file.Path weights, java.nio.file.Path images)";
        Path file = weights.resolve("Shown.java");
        Files.writeString(file, shown(1) + "class Shown { " + method + " {\n" + shown(0) + "} }");
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        List<String> options =
                List.of("-cp", System.getProperty("java.class.path"), "-proc:none", "-d", weights.toString());
        boolean done = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                .call();
        assertThat(done).as(messages.toString()).isTrue();
    }

    /** A Java listing of the README, by its number from 0. */
    private static String shown(int number) throws IOException {
        Matcher listings =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("../README.md")));
        return listings.results().toList().get(number).group(1);
    }

    private static String region(String source) {
        String start = "// readme:start\n";
        int from = source.indexOf(start) + start.length();
        return source.substring(from, source.indexOf("        // readme:end"))
                .stripTrailing() // an empty last line would count as unindented
                .stripIndent();
    }
}
