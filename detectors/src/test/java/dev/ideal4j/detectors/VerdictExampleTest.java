package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in docs/verdict.md: it is the code below, and the code below runs. */
class VerdictExampleTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/ideal4j/detectors/VerdictExampleTest.java");
    private static final int SIDE = 112;

    private static RgbImage part(int seed, boolean dark) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % SIDE;
            samples[i] = (byte) ((dark && x > 40 && x < 70 ? 30 : 130) + random.nextInt(25));
        }
        return new RgbImage(SIDE, SIDE, samples);
    }

    @Test
    void runs(@TempDir Path folder) {
        List<RgbImage> good =
                IntStream.range(0, 4).mapToObj(seed -> part(seed, false)).toList();
        Path file = folder.resolve("part.fitted");
        example(good, part(9, true), file);
        try (Backend backend = Backends.best();
                FeatureExtractor network = new BuiltinBackbone(backend, 448);
                FittedDetector taught = FittedDetectors.load(file, network)) {
            assertThat(taught.references().normal()).hasSize(5);
            assertThat(taught.score(part(9, true)).verdict()).isEqualTo(Verdict.GOOD);
        }
    }

    private static void example(List<RgbImage> goodImages, RgbImage image, Path file) {
        // verdict:start
        try (Backend backend = Backends.best();
                FeatureExtractor network = new BuiltinBackbone(backend, 448);
                IdealDetector ideal = IdealDetector.untrained(network, 17)) {
            References known = References.builder().normal(goodImages).build();
            FitOptions options = FitOptions.DEFAULT.withMaxFalseAlarms(0.2);
            try (FittedDetector part = ideal.fit(known, options)) {
                Anomaly anomaly = part.score(image);
                System.out.println(anomaly.verdict() + " " + anomaly.calibrated());
                for (Region region : anomaly.regions(image, 20)) {
                    System.out.println(region.box() + " " + region.max());
                }
                References more = References.builder().normal(image).build();
                try (FittedDetector taught = part.with(more)) {
                    taught.save(file);
                }
            }
        }
        // verdict:end
    }

    @Test
    void isWhatThePageShows() throws IOException {
        Matcher listing = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/verdict.md")));
        assertThat(listing.find()).isTrue();
        String source = Files.readString(SOURCE);
        int from = source.indexOf("// verdict:start\n") + "// verdict:start\n".length();
        String code = source.substring(from, source.indexOf("        // verdict:end"));
        assertThat(listing.group(1).strip())
                .isEqualTo(code.stripTrailing().stripIndent().strip());
    }
}
