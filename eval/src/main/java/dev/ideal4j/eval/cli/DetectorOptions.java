package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Settings of the detector; the defaults are the published ones. */
final class DetectorOptions {
    @Option(names = "--detector", paramLabel = "NAME", description = "The method: ideal (default: ideal).")
    private String method = IdealDetector.METHOD;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "A trained encoder: published checkpoint, TorchScript archive, or one trained here.")
    private Path checkpoint;

    @Option(names = "--topk", paramLabel = "K", description = "Normal neighbours of the eraser (default: 12).")
    private int neighbours = 12;

    @Option(names = "--topr", paramLabel = "R", description = "Directions that the eraser erases (default: 4).")
    private int rank = 4;

    @Option(names = "--proj-alpha", paramLabel = "A", description = "Share that the eraser erases (default: 0.8).")
    private float strength = 0.8f;

    @Option(names = "--nheads", paramLabel = "N", description = "Attention heads of the encoder (default: 8).")
    private int heads = IntrinsicDeviationEncoder.PUBLISHED_HEADS;

    @Option(names = "--smoothing", paramLabel = "SIGMA", description = "Smoothing of maps in pixels (default: 4).")
    private float smoothing = 4;

    @Option(names = "--orthonormal", description = "Make the deviation vectors orthonormal (not published).")
    private boolean orthonormal;

    @Option(
            names = "--pseudo-mask",
            description = "Ignore the masks: mark the 1 %% of an abnormal reference's patches that deviate most.")
    private boolean pseudoMask;

    @Option(
            names = "--encoder-seed",
            paramLabel = "N",
            description = "Of the encoder when there is no checkpoint (default: 17).")
    private long seed = 17;

    /** The files of weights that the detector is made from. */
    List<Path> files() {
        return checkpoint == null ? List.of() : List.of(checkpoint);
    }

    /** Makes the detector. */
    FewShotDetector open(FeatureExtractor extractor, PrintWriter err) {
        if (!method.equals(IdealDetector.METHOD)) {
            throw new InvalidInputException("--detector", method, IdealDetector.METHOD);
        }
        IdealConfig config = IdealConfig.builder()
                .neighbours(neighbours)
                .rank(rank)
                .strength(strength)
                .heads(heads)
                .smoothing(smoothing)
                .orthonormal(orthonormal)
                .pseudoMask(pseudoMask)
                .build();
        if (checkpoint != null) {
            return IdealDetector.load(checkpoint, extractor, config);
        }
        err.println("no --checkpoint given: the encoder is untrained (seed " + seed + ")");
        return IdealDetector.untrained(extractor, seed, config);
    }
}
