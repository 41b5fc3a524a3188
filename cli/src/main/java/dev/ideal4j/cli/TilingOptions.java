package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.Tiling;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how large or oblong images are brought to the network. */
final class TilingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** See {@code --resize}. */
    private enum Resize {
        STRETCH,
        FIT,
        SHORT_SIDE
    }

    @Option(
            names = "--resize",
            paramLabel = "HOW",
            description =
                    "How images are brought to the network's square input (default: stretch). stretch: whatever their shape, "
                            + "as published. fit: with their proportions, and the rest does not count. short-side: cut into "
                            + "overlapping squares as large as the shorter side.")
    private Resize resize;

    @Option(
            names = "--tile",
            paramLabel = "SIDE",
            description =
                    "Cut images into tiles of this side, in pixels, and look at each tile. For images that are large or "
                            + "oblong.")
    private Integer tile;

    @Option(
            names = "--overlap",
            paramLabel = "PIXELS",
            description = "Pixels that neighbouring tiles share at least (default: a quarter of the side).")
    private Integer overlap;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            description = "Resize images by this factor before they are cut into tiles (default: 1).")
    private Double scale;

    @Option(
            names = "--aligned",
            description =
                    "Compare a tile only with the references' tiles at its place and beside it. For parts that lie in the "
                            + "same place in each image. All images must have one size.")
    private boolean aligned;

    /** How images are cut; null to stretch them. Checks the options. */
    Tiling tiling() {
        boolean stretched = resize == null || resize == Resize.STRETCH;
        if (tile == null) {
            refuse("--overlap", overlap, "it has no effect without --tile");
            refuse("--scale", scale, "it has no effect without --tile");
            if (aligned && stretched) {
                throw usage("--aligned: it has no effect without --tile");
            }
            return stretched ? null : aligned(resize == Resize.FIT ? Tiling.FIT : Tiling.SHORT_SIDE);
        }
        refuse("--resize", resize, "it has no effect with --tile");
        try {
            return aligned(new Tiling(tile, overlap == null ? tile / 4 : overlap, scale == null ? 1 : scale));
        } catch (InvalidInputException e) {
            throw usage("--" + e.getMessage());
        }
    }

    private Tiling aligned(Tiling tiling) {
        return aligned ? tiling.asAligned() : tiling;
    }

    /** Whether tiles are compared place by place. */
    boolean isAligned() {
        return aligned;
    }

    /** The option that cuts images, for messages. */
    String option() {
        return tile == null ? "--resize" : "--tile";
    }

    /**
     * Refuses all options that are given.
     *
     * @throws ParameterException if one is given
     */
    void refuse(String reason) {
        refuse("--resize", resize, reason);
        refuse("--tile", tile, reason);
        refuse("--overlap", overlap, reason);
        refuse("--scale", scale, reason);
        refuse("--aligned", aligned ? true : null, reason);
    }

    private void refuse(String option, Object given, String reason) {
        if (given != null) {
            throw usage(option + ": " + reason);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
