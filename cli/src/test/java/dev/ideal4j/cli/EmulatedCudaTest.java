package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.testing.Required;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on an emulated CUDA device. The tests of the kernels build its driver. */
class EmulatedCudaTest {
    private static final Path DRIVER = Path.of("../kernels/target/test-classes/dev/ideal4j/kernels/emulation/driver")
            .toAbsolutePath();

    @TempDir
    Path data;

    @BeforeAll
    static void needsTheDriver() {
        if (!Files.exists(DRIVER.resolve("libcuda.so.1"))) {
            String reason = "the tests of the module kernels, which make the CUDA driver, ran without -Pvariants";
            if (Boolean.getBoolean("test.variants") && Required.emulation()) {
                throw new AssertionError("IDEAL4J_REQUIRE names emulation, but there is no emulated CUDA driver");
            }
            Assumptions.abort(reason);
        }
    }

    /** The output of a command in a JVM that finds the driver. */
    private static List<String> ideal(String... arguments) throws IOException, InterruptedException {
        return run(IdealCommand.class, arguments);
    }

    private static List<String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LD_LIBRARY_PATH", DRIVER.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    @Test
    void infoListsItsDevices() throws Exception {
        assertThat(ideal("info"))
                .anyMatch(line -> line.contains("cuda:0") && line.contains("Emulated Ampere (compute capability 8.0"))
                .anyMatch(line -> line.contains("cuda:3") && line.contains("kernels need 7.5"));
    }

    @Test
    void scoresAreThoseOfTheCpu() throws Exception {
        DemoDataset dataset = new DemoDataset(5, 0);
        DemoFolder writer = new DemoFolder(data);
        String train = writer.write(dataset.train("wood", 0), "train").toString();
        String bad = writer.write(dataset.test("wood", "burn", 0), "test").toString();
        double expected = score("cpu", train, bad);
        assertThat(score("cuda:0", train, bad)).isCloseTo(expected, within(1e-5));
        assertThat(score("cuda:1:bf16", train, bad)).isCloseTo(expected, within(1e-2));
    }

    /**
     * Prints the norm of the error of a small vision transformer's features on some backends, against float64, and a hash of
     * their bits. Its patches do not fill the tiles of the products.
     */
    static final class Transformer {
        public static void main(String[] backends) {
            VitConfig small = new VitConfig(128, 3, 2, 512, false, 0, 14, 5, VitConfig.Position.PLAIN);
            float[] exact = features(small, "reference");
            for (String name : backends) {
                float[] found = features(small, name);
                double difference = 0;
                double norm = 0;
                for (int i = 0; i < exact.length; i++) {
                    difference += Math.pow(found[i] - exact[i], 2);
                    norm += Math.pow(exact[i], 2);
                }
                System.out.println(Math.sqrt(difference / norm) + " " + Arrays.hashCode(found));
            }
        }

        private static float[] features(VitConfig config, String name) {
            try (Backend backend = Backends.open(name);
                    VisionTransformer network =
                            VisionTransformer.load(VitWeights.seeded(config, "emulated/"), backend);
                    Scope scope = backend.scope()) {
                float[] pixels = SeededValues.uniform("images", 2 * 3 * 126 * 112, 2, 0);
                return network.patches(scope.upload(pixels, 2, 3, 126, 112), scope)
                        .toArray();
            }
        }
    }

    /** Both round the same numbers: one when a kernel writes them, the other when a kernel reads them. */
    @Test
    void aVisionTransformerInBf16FromEndToEndHasTheBitsOfItsProductsInBf16() throws Exception {
        List<String> features = run(Transformer.class, "cuda:1:bf16", "cuda:1:bf16+blocks", "cuda:1:bf16+blocks128");
        System.out.println("vision transformer, bf16 and bf16 from end to end: " + features);
        assertThat(features).hasSize(3).containsOnly(features.get(0));
        assertThat(Double.parseDouble(features.get(0).split(" ")[0])).isBetween(1e-4, 1e-2);
    }

    private static double score(String backend, String train, String query) throws Exception {
        List<String> lines = ideal(
                "detect", "--backend", backend, "--size", "112", "--format", "csv", "--normal", train, "--", query);
        assertThat(lines).hasSize(2);
        String[] cells = lines.get(1).split(",");
        System.out.println(backend + ": " + cells[2]);
        return Double.parseDouble(cells[2]);
    }
}
