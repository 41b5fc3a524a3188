package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.TrainableMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad checkpoints and settings out of range, for every method by its name: each fails with a typed error that says why. */
class MethodInputTest {
    /** Options of the network, which is opened before; a seed may be any number. */
    private static final Set<String> ELSEWHERE = Set.of("first-layer", "last-layer", "crop", "seed");

    @TempDir
    private Path folder;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    static Stream<DetectorMethod> all() {
        return DetectorMethods.all().stream();
    }

    static Stream<TrainableMethod> trained() {
        return all().filter(TrainableMethod.class::isInstance).map(TrainableMethod.class::cast);
    }

    private FeatureExtractor extractor(DetectorMethod method) {
        int side = method.name().equals("devnet") ? 32 : 112;
        return Backbones.open(
                "builtin", method.backbones(OptionValues.NONE), new BackboneLoader.Input(side, 0), backend);
    }

    /** A checkpoint as a training of the method writes it, of first values. */
    private Path checkpoint(TrainableMethod method) {
        Path file = folder.resolve(method.name() + ".pth");
        try (FeatureExtractor extractor = extractor(method);
                Scope scope = backend.scope()) {
            Parameters parameters = Parameters.fresh(scope, 1);
            method.training(OptionValues.NONE)
                    .learner(new FeatureCache(folder, extractor))
                    .model(parameters);
            TorchCheckpointWriter.write(file, parameters);
        }
        return file;
    }

    @ParameterizedTest
    @MethodSource("trained")
    void takesItsOwnCheckpointAndNoOther(TrainableMethod method) {
        try (FeatureExtractor extractor = extractor(method)) {
            for (TrainableMethod other : trained().toList()) {
                Path file = checkpoint(other);
                if (other == method) {
                    method.detector(extractor, file, 0, OptionValues.NONE).close();
                } else {
                    assertThatThrownBy(() -> method.detector(extractor, file, 0, OptionValues.NONE))
                            .as(method.name() + " of " + other.name())
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining(other.name() + ".pth");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void filesThatAreNoCheckpointsAreRefused(TrainableMethod method) throws IOException {
        byte[] whole = Files.readAllBytes(checkpoint(method));
        try (FeatureExtractor extractor = extractor(method)) {
            for (int length : new int[] {0, 3, whole.length / 2, whole.length - 1}) {
                Path file = Files.write(folder.resolve("cut.pth"), Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> method.detector(extractor, file, 0, OptionValues.NONE))
                        .as(length + " of " + whole.length + " bytes")
                        .isInstanceOf(FileFormatException.class)
                        .hasMessageContaining("cut.pth");
            }
            assertThatThrownBy(() -> method.detector(extractor, folder.resolve("missing.pth"), 0, OptionValues.NONE))
                    .isInstanceOf(Ideal4jException.class)
                    .hasMessageContaining("missing.pth");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void settingsOutOfRangeAreRefused(DetectorMethod method) {
        try (FeatureExtractor extractor = extractor(method)) {
            for (MethodOption<?> option : method.options()) {
                for (Object bad : outOfRange(option)) {
                    OptionValues values = OptionValues.of(method.options(), Map.of(option.name(), bad));
                    assertThatThrownBy(() -> method.detector(extractor, null, 1, values), option.name() + " " + bad)
                            .isInstanceOf(InvalidInputException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void settingsOfTheTrainingOutOfRangeAreRefused(TrainableMethod method) {
        for (MethodOption<?> option : method.trainingOptions()) {
            for (Object bad : outOfRange(option)) {
                OptionValues values = OptionValues.of(method.trainingOptions(), Map.of(option.name(), bad));
                assertThatThrownBy(() -> method.training(values), option.name() + " " + bad)
                        .isInstanceOf(InvalidInputException.class);
            }
        }
    }

    private static List<Object> outOfRange(MethodOption<?> option) {
        if (ELSEWHERE.contains(option.name())) {
            return List.of();
        }
        if (option.type() == Integer.class) {
            return List.of(-1, Integer.MIN_VALUE);
        }
        if (option.type() == Float.class) {
            return List.of(-1f, Float.NaN);
        }
        return option.type() == Double.class ? List.of(-1.0, Double.NaN) : List.of();
    }
}
