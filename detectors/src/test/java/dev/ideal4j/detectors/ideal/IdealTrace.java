package dev.ideal4j.detectors.ideal;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import java.nio.file.Path;

/**
 * A published traced model: a TorchScript archive that holds backbone and encoder. Their weights are read out of it; no
 * code in it runs, and settings that are baked into that code are not seen.
 *
 * @param backbone the backbone
 * @param detector the detector, on that backbone
 */
record IdealTrace(DinoV2 backbone, IdealDetector detector) implements AutoCloseable {
    /** As {@link #load(Path, DinoV2.Options, IdealConfig, Backend)}, with the published settings. */
    static IdealTrace load(Path archive, Backend backend) {
        return load(archive, DinoV2.Options.DEFAULT, IdealConfig.PUBLISHED, backend);
    }

    /**
     * Loads both.
     *
     * @param options of the backbone, above all its input size
     * @param config of the detector
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is damaged
     * @throws dev.ideal4j.core.InvalidInputException if a backbone or an encoder is not in it, or they do not fit together
     */
    static IdealTrace load(Path archive, DinoV2.Options options, IdealConfig config, Backend backend) {
        try (WeightFile weights = Checkpoints.open(archive)) {
            DinoV2 backbone = new DinoV2(VitWeights.of(weights), options, backend);
            try {
                return new IdealTrace(backbone, IdealDetector.of(weights, backbone, config));
            } catch (RuntimeException | Error e) {
                backbone.close();
                throw e;
            }
        }
    }

    /** Closes detector and backbone. */
    @Override
    public void close() {
        detector.close();
        backbone.close();
    }
}
