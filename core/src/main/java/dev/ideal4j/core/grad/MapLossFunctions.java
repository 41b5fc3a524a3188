package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;

/**
 * Losses of maps that are upsampled to pixels. The pixels of a whole batch are never in memory. A few images at a time
 * are upsampled, their losses are computed, and the gradients are mapped back to the patch grid immediately.
 */
public final class MapLossFunctions {
    /**
     * Number of images at a time. It is enough for several threads, and two maps of 448 × 448 pixels for each of these
     * images take only 6 MB in total.
     */
    private static final int IMAGES = 4;

    private MapLossFunctions() {}

    /** Writes the target pixels of some images. */
    @FunctionalInterface
    public interface Targets {
        /**
         * Writes the targets.
         *
         * @param first index of the first image
         * @param targets {@code (images, 2, height · width)}: channel 0 is 1 − mask, and channel 1 is the mask
         */
        void write(int first, Tensor targets);
    }

    /**
     * The focal loss and the dice loss, each a single number.
     *
     * @param focal mean sigmoid focal loss over all pixels
     * @param dice mean dice loss over images
     */
    public record PixelLosses(Variable focal, Variable dice) {}

    /** Settings of the focal loss; see {@link Losses#focal}. */
    public record Focal(float alpha, float gamma) {}

    /**
     * Computes the focal and dice loss (see {@link Losses}) of two channels that are upsampled bilinearly.
     *
     * @param normal similarity to normality, {@code (b, rows, columns)}
     * @param abnormal similarity to the defect, {@code (b, rows, columns)}
     * @param targets the target pixels
     * @param height of the pixel maps
     * @param width of the pixel maps
     */
    public static PixelLosses focalAndDice(
            Variable normal, Variable abnormal, Targets targets, int height, int width, Focal focal) {
        int images = abnormal.shape().axis(0);
        Loss focalLoss = new Loss(normal, abnormal);
        Loss diceLoss = new Loss(normal, abnormal);
        for (int first = 0; first < images; first += IMAGES) {
            int count = Math.min(IMAGES, images - first);
            float share = (float) count / images;
            try (Scope scope = abnormal.backend().scope()) {
                Tensor[] grids = {
                    normal.value().slice(first, count), abnormal.value().slice(first, count)
                };
                Group group = new Group(scope, grids, height, width);
                targets.write(first, group.targets);
                Losses losses = group.backend.losses();
                losses.focal(group.maps, group.targets, focal.alpha, focal.gamma, group.loss, group.gradient);
                focalLoss.add(first, group, share);
                losses.dice(group.maps, group.targets, group.loss, group.gradient);
                diceLoss.add(first, group, share);
            }
        }
        return new PixelLosses(focalLoss.end(), diceLoss.end());
    }

    /** A mean loss that is accumulated over groups of images. */
    private static final class Loss {
        final Variable[] inputs;
        final Variable sum;
        /** The gradients of the inputs; null for an input that needs no gradient. */
        final Tensor[] gradients = new Tensor[2];

        Loss(Variable normal, Variable abnormal) {
            inputs = new Variable[] {normal, abnormal};
            sum = normal.tape().result(Shape.of(1), inputs);
            for (int channel = 0; channel < 2; channel++) {
                gradients[channel] =
                        inputs[channel].needsGradient() ? sum.allocateSaved(inputs[channel].shape()) : null;
            }
        }

        /** Adds the loss of a group and maps its gradient back to the grid. */
        void add(int first, Group group, float share) {
            group.backend.activations().add(sum.value(), share, group.loss, sum.value());
            if (!sum.needsGradient()) {
                return;
            }
            group.backend.resampling().bilinearGradient(group.gradientPixels, group.grid);
            for (int i = 0; i < group.grid.shape().axis(0); i++) {
                if (gradients[i % 2] != null) {
                    Tensor own = gradients[i % 2].slice(first + i / 2, 1);
                    group.backend.activations().add(own, share, group.grid.slice(i, 1), own);
                }
            }
        }

        /**
         * Returns the loss. The gradient of the inputs is kept until the backward pass, which scales it by the
         * gradient of the loss.
         */
        Variable end() {
            sum.onBackward((dOut, targets) -> {
                for (int channel = 0; channel < 2; channel++) {
                    Tensor d = targets.of(inputs[channel]);
                    if (d != null) {
                        sum.backend().activations().add(d, dOut.toArray()[0], gradients[channel], d);
                    }
                }
            });
            return sum;
        }
    }

    /** A group of images at full size. */
    private static final class Group {
        final Backend backend;

        /**
         * Alternating normal and abnormal similarity of each image, or their gradients: {@code (2 · count, rows,
         * columns)}.
         */
        final Tensor grid;

        final Tensor maps;
        final Tensor targets;
        final Tensor gradient;

        /** The elements of {@code gradient} in the shape {@code (2 · count, height, width)}. */
        final Tensor gradientPixels;

        final Tensor loss;

        Group(Scope scope, Tensor[] grids, int height, int width) {
            backend = scope.backend();
            int count = grids[0].shape().axis(0);
            int pixels = Math.multiplyExact(height, width);
            grid = scope.allocate(
                    2 * count, grids[0].shape().axis(1), grids[0].shape().axis(2));
            maps = scope.allocate(count, 2, pixels);
            targets = scope.allocate(count, 2, pixels);
            gradient = scope.allocate(count, 2, pixels);
            gradientPixels = gradient.reshape(2 * count, height, width);
            loss = scope.allocate(1);
            for (int i = 0; i < 2 * count; i++) {
                backend.copy(grids[i % 2].slice(i / 2, 1), grid.slice(i, 1));
            }
            backend.resampling().bilinear(grid, maps.reshape(2 * count, height, width));
        }
    }
}
