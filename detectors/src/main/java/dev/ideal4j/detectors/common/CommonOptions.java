package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Options that several methods have, each with a default of its own. */
public final class CommonOptions {
    private CommonOptions() {}

    /**
     * Refuses a checkpoint of a method that has no trained part.
     *
     * @param checkpoint null if none is given
     */
    public static void refuseCheckpoint(Path checkpoint, String method) {
        if (checkpoint != null) {
            throw new InvalidInputException(
                    "checkpoint", checkpoint.toString(), "none: " + method + " has no trained part");
        }
    }

    /**
     * The numbers of the blocks whose mean makes the features.
     *
     * @param from first block, from 0
     * @param to last block
     * @param depth blocks of the network
     * @throws InvalidInputException if they are not ascending numbers of blocks
     */
    public static List<Integer> blocks(int from, int to, int depth) {
        if (from < 0 || to < from || to >= depth) {
            throw new InvalidInputException("layers", from + " to " + to, "ascending, from 0 to " + (depth - 1));
        }
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    /** Of detectors: smoothing of maps. */
    public static MethodOption<Float> smoothing(float fallback) {
        return MethodOption.of("smoothing", "SIGMA", fallback, "Smoothing of maps in pixels.");
    }

    /** Of detectors: how many values make the image score. */
    public static MethodOption<Double> topFraction(double fallback) {
        return MethodOption.of(
                "top-fraction", "SHARE", fallback, "Share of the highest values whose mean is the image score.");
    }

    /** Of detectors without training: the seed of what is drawn in a fit. */
    public static MethodOption<Long> fitSeed(String what, long fallback) {
        return MethodOption.of("fit-seed", "N", fallback, "Seed of " + what + ".");
    }

    /** Of detectors that leave out the background: where it begins. */
    public static MethodOption<Float> maskThreshold() {
        return MethodOption.of(
                "mask-threshold",
                "VALUE",
                ForegroundMask.PUBLISHED.maskThreshold(),
                "Projection on the first principal axis above which a patch shows the object.");
    }

    /** Of detectors that leave out the background: how far the mask grows. */
    public static MethodOption<Integer> maskKernel() {
        return MethodOption.of(
                "mask-kernel",
                "N",
                ForegroundMask.PUBLISHED.maskKernel(),
                "Patches of the mask's dilation and closing, odd; 1 for none.");
    }

    /** Of detectors that leave out the background: what decides where the object is. */
    public static MethodOption<Double> maskBorder() {
        return MethodOption.of(
                "mask-border",
                "SHARE",
                ForegroundMask.PUBLISHED.maskBorder(),
                "Share of the image on each side that does not count when the mask is told from its opposite.");
    }

    /** Of trainings: passes. */
    public static MethodOption<Integer> epochs(int fallback) {
        return MethodOption.of("epochs", "N", fallback, "Epochs.");
    }

    /** Of trainings: episodes a pass. */
    public static MethodOption<Integer> episodes(int fallback) {
        return MethodOption.of("episodes", "N", fallback, "Training episodes an epoch.");
    }

    /** Of trainings: episodes a step. */
    public static MethodOption<Integer> batch(int fallback) {
        return MethodOption.of(
                "batch", "N", fallback, "Episodes an optimiser step; images scored at once in the validation.");
    }

    /** Of trainings: whose masks attention sees. */
    public static MethodOption<MaskLayout> maskLayout(MaskLayout fallback) {
        return MethodOption.of(
                "mask-layout",
                "KIND",
                fallback,
                "Whose mask an attention head sees in a batch; published mixes the batch's masks up.");
    }

    /** Of trainings: largest norm of the gradients. */
    public static MethodOption<Double> gradientClip(double fallback) {
        return MethodOption.of("grad-clip", "NORM", fallback, "Largest total norm of the gradients; 0 for no limit.");
    }

    /** Of trainings: the seed. */
    public static MethodOption<Long> seed(long fallback) {
        return MethodOption.of("seed", "N", fallback, "Of all draws.");
    }
}
