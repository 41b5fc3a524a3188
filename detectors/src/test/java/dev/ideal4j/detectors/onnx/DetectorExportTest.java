package dev.ideal4j.detectors.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.backbone.cnn.CnnBackbone;
import dev.ideal4j.backbone.onnx.GraphBackend;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.detectors.Verdict;
import dev.ideal4j.detectors.anomalydino.AnomalyDinoConfig;
import dev.ideal4j.detectors.anomalydino.AnomalyDinoDetector;
import dev.ideal4j.detectors.anomalydino.PatchMetric;
import dev.ideal4j.detectors.common.ForegroundMask;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.patchcore.PatchCoreConfig;
import dev.ideal4j.detectors.patchcore.PatchCoreDetector;
import dev.ideal4j.detectors.patchcore.PatchCoreVariant;
import dev.ideal4j.detectors.subspacead.Aggregation;
import dev.ideal4j.detectors.subspacead.PatchScore;
import dev.ideal4j.detectors.subspacead.SubspaceAdConfig;
import dev.ideal4j.detectors.subspacead.SubspaceAdDetector;
import dev.ideal4j.detectors.visionad.VisionAdConfig;
import dev.ideal4j.detectors.visionad.VisionAdDetector;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.example.FarthestMethod;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An exported detector, run by ONNX Runtime, gives the scores, maps and verdicts of the detector. */
class DetectorExportTest {
    private static final double TOLERANCE = 1e-4;

    /** Rounding of a cosine in float32. Distances by cosine are differences to 1. */
    private static final double ROUNDING = 1e-6;

    private static final List<RgbImage> QUERIES =
            List.of(texture(112, 112, 11, false), texture(203, 150, 12, true), texture(90, 301, 13, true));

    @TempDir
    Path folder;

    private static final Map<String, Function<Backend, FeatureExtractor>> BACKBONES = new LinkedHashMap<>();

    static {
        VitConfig plain = new VitConfig(48, 3, 4, 96, false, 0, 14, 5, VitConfig.Position.PLAIN);
        VitConfig gated = new VitConfig(48, 2, 4, 64, true, 4, 14, 5, VitConfig.Position.REGISTERS);
        VitConfig rotary =
                new VitConfig(48, 2, 4, 96, false, 4, 16, 0, VitConfig.Position.PLAIN, VitConfig.Style.DINOV3);
        BACKBONES.put("builtin", backend -> new BuiltinBackbone(backend, 112));
        BACKBONES.put(
                "vit",
                backend -> new DinoV2(
                        VitWeights.seeded(plain, "plain/"),
                        DinoV2.Options.DEFAULT
                                .withInput(84, 84)
                                .withLayers(List.of(0, 2), false)
                                .withResize(PillowResize.Filter.BICUBIC, 6),
                        backend));
        BACKBONES.put(
                "gated vit",
                backend -> new DinoV2(
                        VitWeights.seeded(gated, "gated/"), DinoV2.Options.DEFAULT.withInput(70, 70), backend));
        BACKBONES.put(
                "rotary vit",
                backend -> new DinoV2(
                        VitWeights.seeded(rotary, "rotary/"), DinoV2.Options.DEFAULT.withInput(96, 96), backend));
        for (String name : List.of("mobilenet_v2", "resnet18")) {
            BACKBONES.put(
                    name,
                    backend ->
                            CnnBackbone.seeded(name, "cnn/", CnnBackbone.Options.DEFAULT.withInput(96, 96), backend));
        }
    }

    private static final Map<String, Function<FeatureExtractor, FewShotDetector>> METHODS = new LinkedHashMap<>();

    static {
        METHODS.put("patchcore", on -> new PatchCoreDetector(on, PatchCoreConfig.PUBLISHED));
        METHODS.put(
                "patchcore, authors",
                on -> new PatchCoreDetector(
                        on,
                        PatchCoreConfig.of(PatchCoreVariant.AUTHORS)
                                .withNeighbours(3)
                                .withDimensions(40, 24)));
        METHODS.put("anomalydino", on -> new AnomalyDinoDetector(on, AnomalyDinoConfig.PUBLISHED.withRotations(2)));
        METHODS.put(
                "anomalydino, masked",
                on -> new AnomalyDinoDetector(
                        on,
                        new AnomalyDinoConfig(
                                1, true, false, new ForegroundMask(0, 3, 0.2, false), PatchMetric.L2, 3, 0.05, 4)));
        METHODS.put("subspacead", on -> new SubspaceAdDetector(on, subspace(PatchScore.RECONSTRUCTION, false)));
        METHODS.put("subspacead, cosine", on -> new SubspaceAdDetector(on, subspace(PatchScore.COSINE, true)));
        METHODS.put(
                "subspacead, mahalanobis", on -> new SubspaceAdDetector(on, subspace(PatchScore.MAHALANOBIS, false)));
        METHODS.put("visionad", on -> new VisionAdDetector(on, VisionAdConfig.PUBLISHED));
        METHODS.put("ideal", IdealDetector::knownDefects);
    }

    private static SubspaceAdConfig subspace(PatchScore score, boolean masked) {
        return new SubspaceAdConfig(
                0.9,
                0,
                0,
                1,
                20,
                score,
                masked ? Aggregation.P99 : Aggregation.TOP,
                0.02,
                1.5f,
                masked,
                new ForegroundMask(0.01f, 3, 0.2, true),
                7);
    }

    static Stream<Arguments> combinations() {
        return METHODS.keySet().stream().flatMap(method -> BACKBONES.keySet().stream()
                .filter(backbone -> method.equals("patchcore") || method.equals("ideal") || isFew(backbone))
                .map(backbone -> Arguments.of(method, backbone)));
    }

    private static boolean isFew(String backbone) {
        return List.of("builtin", "vit", "mobilenet_v2").contains(backbone);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("combinations")
    void agreesWithTheDetector(String method, String backbone) throws Exception {
        References.Builder references = References.builder();
        for (int i = 0; i < 4; i++) {
            references.normal(texture(140, 120, i, false));
        }
        agrees(METHODS.get(method), BACKBONES.get(backbone), references.build());
    }

    private void agrees(
            Function<FeatureExtractor, FewShotDetector> method,
            Function<Backend, FeatureExtractor> backbone,
            References references)
            throws Exception {
        Path file = folder.resolve("detector.onnx");
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = backbone.apply(backend);
                FewShotDetector detector = method.apply(extractor);
                FittedDetector fitted = detector.fit(references, FitOptions.DEFAULT.withMaxFalseAlarms(0.2))) {
            fitted.exportOnnx(backbone, file);
            try (RunOnnx exported = new RunOnnx(file)) {
                for (RgbImage query : QUERIES) {
                    Anomaly expected = fitted.score(query);
                    RunOnnx.Result found = exported.score(query);
                    assertThat((double) found.score())
                            .isCloseTo(expected.score(), within(TOLERANCE * Math.abs(expected.score()) + ROUNDING));
                    float[] map = expected.map().values();
                    Close.assertClose(
                            "map",
                            found.map(),
                            map,
                            TOLERANCE + ROUNDING / expected.map().max());
                    assertThat(found.anomalous()).isEqualTo(expected.verdict() == Verdict.ANOMALOUS);
                    assertThat((double) found.calibrated()).isCloseTo(expected.calibrated(), within(1e-3));
                }
                assertThat(exported.metadata())
                        .containsEntry("method", fitted.method())
                        .containsEntry("backbone", extractor.name())
                        .containsEntry("maxFalseAlarms", "0.2")
                        .containsKeys("version", "threshold", "pixelThreshold", "fingerprint");
            }
        }
    }

    @Test
    void withoutAbnormalReferencesTheFileHasNoPca() throws Exception {
        Function<Backend, FeatureExtractor> builtin = BACKBONES.get("builtin");
        Path file = folder.resolve("ideal.onnx");
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = builtin.apply(backend);
                FewShotDetector ideal = IdealDetector.knownDefects(extractor);
                FittedDetector fitted = ideal.fit(
                        References.builder().normal(texture(140, 120, 0, false)).build(), FitOptions.UNCALIBRATED)) {
            fitted.exportOnnx(builtin, file);
        }
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains("MatMul")
                .doesNotContain("Loop");
        try (RunOnnx exported = new RunOnnx(file)) {
            RunOnnx.Result found = exported.score(QUERIES.get(0));
            assertThat(found.calibrated()).isNull();
            assertThat(found.anomalous()).isNull();
        }
    }

    static Stream<Function<FeatureExtractor, FewShotDetector>> idealDetectors() {
        return Stream.of(
                IdealDetector::knownDefects,
                on -> IdealDetector.untrained(
                        on, 3, IdealConfig.builder().heads(4).build()),
                on -> IdealDetector.untrained(
                        on,
                        4,
                        IdealConfig.builder()
                                .heads(4)
                                .orthonormal(true)
                                .neighbours(5)
                                .rank(5)
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("idealDetectors")
    void agreesWithKnownDefects(Function<FeatureExtractor, FewShotDetector> method) throws Exception {
        for (String backbone : List.of("builtin", "vit")) {
            References.Builder references = References.builder();
            for (int i = 0; i < 4; i++) {
                references.normal(texture(140, 120, i, false));
            }
            boolean[] spot = new boolean[140 * 120];
            for (int i = 0; i < spot.length; i++) {
                spot[i] = Math.hypot(i % 140 / 140.0 - 0.55, i / 140 / 120.0 - 0.42) < 0.08;
            }
            references.abnormal(texture(140, 120, 9, true), new Mask(140, 120, spot));
            agrees(method, BACKBONES.get(backbone), references.build());
        }
    }

    @ParameterizedTest
    @CsvSource({"bicubic, builtin", "bilinear, mobilenet_v2", "cut, vit"})
    void preparesImagesBitForBit(String filter, String backbone) throws Exception {
        OnnxGraph graph = new OnnxGraph("input");
        GraphBackend drawing = new GraphBackend(graph);
        Path file = folder.resolve(filter + ".onnx");
        int[][] sizes = {{112, 112}, {112, 500}, {1, 1}, {7, 3}, {31, 640}, {1000, 750}, {97, 96}, {2048, 65}};
        try (FeatureExtractor opened = BACKBONES.get(backbone).apply(drawing)) {
            PixelExtractor extractor = (PixelExtractor) opened;
            String pixels = new ImageInput(graph, extractor).draw();
            long[] shape = {1, 3, extractor.inputHeight(), extractor.inputWidth()};
            graph.output("score", pixels, Type.FLOAT, shape[0], shape[1], shape[2], shape[3]);
            graph.output("map", pixels, Type.FLOAT, shape[0], shape[1], shape[2], shape[3]);
            graph.write(18, file);
            try (RunOnnx exported = new RunOnnx(file)) {
                for (int[] size : sizes) {
                    byte[] samples = new byte[3 * size[0] * size[1]];
                    new Random(size[0]).nextBytes(samples);
                    RgbImage image = new RgbImage(size[0], size[1], samples);
                    assertThat(exported.score(image).map())
                            .as(size[0] + "×" + size[1])
                            .isEqualTo(extractor.pixels(List.of(image)));
                }
            }
        }
    }

    @Test
    void namesWhatItCannotExport() throws Exception {
        Path file = Files.writeString(folder.resolve("old.onnx"), "old");
        References references = References.builder()
                .normal(texture(140, 120, 0, false), texture(140, 120, 1, false))
                .build();
        Function<Backend, FeatureExtractor> builtin = BACKBONES.get("builtin");
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = builtin.apply(backend);
                FewShotDetector patchcore = new PatchCoreDetector(extractor);
                FewShotDetector farthest = new FarthestMethod().detector(extractor, null, 0, OptionValues.NONE);
                FewShotDetector tiled = new TiledDetector(patchcore, Tiling.of(112));
                FittedDetector plain = patchcore.fit(references, FitOptions.UNCALIBRATED);
                FittedDetector other = farthest.fit(references, FitOptions.UNCALIBRATED);
                FittedDetector tiles = tiled.fit(references, FitOptions.UNCALIBRATED);
                FittedDetector region =
                        plain.with(FitOptions.UNCALIBRATED.withRegion(new Mask(2, 1, new boolean[] {true, false})))) {
            assertRefused(() -> tiles.exportOnnx(builtin, file), "ONNX export", "tiles");
            assertRefused(() -> region.exportOnnx(builtin, file), "ONNX export", "region of interest");
            assertRefused(() -> other.exportOnnx(builtin, file), "ONNX export", "the method farthest");
            assertRefused(
                    () -> plain.exportOnnx(on -> new BuiltinBackbone(on, 140), file), "backbone to export", "builtin");
            assertRefused(() -> plain.exportOnnx(on -> builtin.apply(backend), file), "backbone to export", "cpu");
            assertRefused(() -> plain.exportOnnx(on -> shaded(builtin.apply(on)), file), "ONNX export", "its own way");
        }
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    private static void assertRefused(ThrowingCallable export, String what, String found) {
        assertThatThrownBy(export)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(found)
                .hasMessageNotContaining("\n");
    }

    /** The backbone with a brighter first pixel. */
    private static FeatureExtractor shaded(FeatureExtractor backbone) {
        return (FeatureExtractor) Proxy.newProxyInstance(
                PixelExtractor.class.getClassLoader(),
                new Class<?>[] {PixelExtractor.class},
                (proxy, method, given) -> {
                    Object result = method.invoke(backbone, given);
                    if (method.getName().equals("pixels")) {
                        ((float[]) result)[0] += 1;
                    }
                    return result;
                });
    }

    /** A texture with an object in its middle; with a defect, a dark spot. */
    private static RgbImage texture(int width, int height, long seed, boolean defect) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * width * height];
        double phase = random.nextDouble();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double u = (double) x / width;
                double v = (double) y / height;
                boolean object = Math.abs(u - 0.5) < 0.33 && Math.abs(v - 0.5) < 0.33;
                double wave = Math.sin(40 * u + phase) * Math.cos(25 * v + phase);
                boolean spot = defect && Math.hypot(u - 0.55, v - 0.42) < 0.08;
                for (int c = 0; c < 3; c++) {
                    double value = (object ? 150 + 20 * c : 60) + 30 * wave + 8 * random.nextGaussian();
                    samples[3 * (y * width + x) + c] = (byte) Math.max(0, Math.min(255, spot ? value / 4 : value));
                }
            }
        }
        return new RgbImage(width, height, samples);
    }
}
