package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.trainable.ResNet18;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Conv2d;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.nn.SeparableResize;
import dev.ideal4j.core.ops.Window;

/**
 * DevNet's network (arXiv 2108.00462): a ResNet-18 and a 1×1 convolution that scores its patches. The score of an image is
 * the mean of its largest absolute patch scores, averaged over an image pyramid. Valid as long as the scope of its
 * parameters.
 */
final class DevNetNetwork {
    /** Prefix of torchvision's names in published checkpoints. */
    static final String BACKBONE = "feature_extractor.net.";

    private static final String SCORER = "conv";

    private final DevNetConfig config;
    private final ResNet18 backbone;
    private final Conv2d scorer;

    /** Creates the parameters under the published names. */
    DevNetNetwork(Parameters parameters, DevNetConfig config) {
        this.config = config;
        this.backbone = new ResNet18(parameters, BACKBONE);
        Initializer uniform = Initializer.uniformFanIn(ResNet18.WIDTH);
        this.scorer = new Conv2d(parameters, SCORER, ResNet18.WIDTH, 1, new Window(1, 1, 0), uniform, uniform);
    }

    /**
     * The network's output for some images.
     *
     * @param scores {@code (b)}: image scores; negative only if {@code topFraction} is 0
     * @param patches {@code (b, h, w, 1)}: signed scores of the patches at the largest scale
     */
    record Scored(Variable scores, Variable patches) {}

    /**
     * Scores images.
     *
     * @param images {@code (b, 3, imageSize, imageSize)}, normalised
     * @param train whether each scale is normalised by the statistics of this batch, which also update the running statistics
     */
    Scored score(Variable images, boolean train) {
        Variable sum = null;
        Variable largest = null;
        for (int scale = 0; scale < config.scales(); scale++) {
            Variable map = map(atScale(images, scale), train);
            largest = scale == 0 ? map : largest;
            Variable score = pooled(map);
            sum = scale == 0 ? score : ActivationFunctions.add(sum, 1, score);
        }
        return new Scored(ActivationFunctions.affine(sum, 1f / config.scales(), 0), largest);
    }

    /** Resamples to ⌊imageSize / 2^scale⌋ pixels by nearest neighbour, without smoothing, as published. */
    private Variable atScale(Variable images, int scale) {
        if (scale == 0) {
            return images;
        }
        int batch = images.shape().axis(0);
        int from = images.shape().axis(2);
        int to = config.imageSize() >> scale;
        Scope scope = images.tape().scope();
        Variable planes = ShapeFunctions.reshape(images, batch * 3, from, from);
        Variable resized = SeparableResize.nearest(from, from, to, to, scope).apply(planes);
        return ShapeFunctions.reshape(resized, batch, 3, to, to);
    }

    /** Scores of the patches, {@code (b, h, w, 1)}. */
    private Variable map(Variable images, boolean train) {
        int batch = images.shape().axis(0);
        int side = images.shape().axis(2);
        Variable planes = ShapeFunctions.reshape(images, batch, 3, side * side);
        Variable pixels = ShapeFunctions.reshape(ShapeFunctions.transpose(planes), batch, side, side, 3);
        return scorer.apply(backbone.features(pixels, train));
    }

    private Variable pooled(Variable map) {
        int patches = map.shape().axis(1) * map.shape().axis(2);
        Variable values = ShapeFunctions.reshape(map, map.shape().axis(0), patches);
        Variable counted = config.topFraction() == 0 ? values : ActivationFunctions.absolute(values);
        return ScoreFunctions.topMean(counted, config.topPatches(patches));
    }
}
