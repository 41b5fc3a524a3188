package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Options that several methods have. Each method gives its own default. */
public final class CommonOptions {
    private CommonOptions() {}

    /**
     * Refuses a checkpoint of a method that has no trained part.
     *
     * @param checkpoint null if no checkpoint is given
     * @throws InvalidInputException if a checkpoint is given
     */
    public static void refuseCheckpoint(Path checkpoint, String method) {
        if (checkpoint != null) {
            throw new InvalidInputException(
                    "checkpoint", checkpoint.toString(), "none: " + method + " has no trained part");
        }
    }

    /**
     * The indices of consecutive blocks, over which features are averaged.
     *
     * @param from first block, from 0
     * @param to last block, included
     * @param depth number of blocks of the network
     * @throws InvalidInputException if {@code from} to {@code to} is no ascending range of blocks
     */
    public static List<Integer> blocks(int from, int to, int depth) {
        if (from < 0 || to < from || to >= depth) {
            throw new InvalidInputException("layers", from + " to " + to, "ascending, from 0 to " + (depth - 1));
        }
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    /** Detector option: smoothing of maps. */
    public static MethodOption<Float> smoothing(float fallback) {
        return MethodOption.of("smoothing", "SIGMA", fallback, "Smoothing of maps in pixels.");
    }

    /** Detector option: share of the highest values whose mean is the image score. */
    public static MethodOption<Double> topFraction(double fallback) {
        return MethodOption.of(
                "top-fraction", "SHARE", fallback, "Share of the highest values whose mean is the image score.");
    }

    /** Detector option: seed of the random draws in a fit without training. */
    public static MethodOption<Long> fitSeed(String what, long fallback) {
        return MethodOption.of("fit-seed", "N", fallback, "Seed of " + what + ".");
    }

    /** Detector option: threshold of the foreground mask. */
    public static MethodOption<Float> maskThreshold() {
        return MethodOption.of(
                "mask-threshold",
                "VALUE",
                ForegroundMask.PUBLISHED.maskThreshold(),
                "Projection on the first principal axis above which a patch shows the object.");
    }

    /** Detector option: size of the foreground mask's dilation and closing. */
    public static MethodOption<Integer> maskKernel() {
        return MethodOption.of(
                "mask-kernel",
                "N",
                ForegroundMask.PUBLISHED.maskKernel(),
                "Patches of the mask's dilation and closing, odd; 1 for none.");
    }

    /** Detector option: border that is ignored when the sign of the foreground mask is chosen. */
    public static MethodOption<Double> maskBorder() {
        return MethodOption.of(
                "mask-border",
                "SHARE",
                ForegroundMask.PUBLISHED.maskBorder(),
                "Share of the image on each side that does not count when the mask is told from its opposite.");
    }

    /** Training option: number of epochs. */
    public static MethodOption<Integer> epochs(int fallback) {
        return MethodOption.of("epochs", "N", fallback, "Epochs.");
    }

    /** Training option: number of episodes per epoch. */
    public static MethodOption<Integer> episodes(int fallback) {
        return MethodOption.of("episodes", "N", fallback, "Training episodes an epoch.");
    }

    /** Training option: number of episodes per optimiser step. */
    public static MethodOption<Integer> batch(int fallback) {
        return MethodOption.of(
                "batch", "N", fallback, "Episodes an optimiser step; images scored at once in the validation.");
    }

    /** Training option: which masks attention sees. */
    public static MethodOption<MaskLayout> maskLayout(MaskLayout fallback) {
        return MethodOption.of(
                "mask-layout",
                "KIND",
                fallback,
                "Whose mask an attention head sees in a batch; published mixes the batch's masks up.");
    }

    /** Training option: largest norm of the gradients. */
    public static MethodOption<Double> gradientClip(double fallback) {
        return MethodOption.of("grad-clip", "NORM", fallback, "Largest total norm of the gradients; 0 for no limit.");
    }

    /** Training option: seed of all random draws. */
    public static MethodOption<Long> seed(long fallback) {
        return MethodOption.of("seed", "N", fallback, "Of all draws.");
    }
}
