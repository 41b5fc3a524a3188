package dev.ideal4j.backbone.trainable;

import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.PoolingFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.BatchNorm;
import dev.ideal4j.core.nn.Conv2d;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Linear;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A trainable ResNet-18 (He et al. 2016) up to the last feature map, with torchvision's names and initial values.
 * Channels are last. The result of each convolution and its rectified normalisation are kept for the backward pass,
 * which takes about 1.5 KB per input pixel.
 */
public final class ResNet18 {
    /** Number of channels of the feature map. */
    public static final int WIDTH = 512;

    /** Number of input pixels along a side per pixel of the feature map. */
    public static final int STRIDE = 32;

    private static final int[] STAGE_WIDTHS = {64, 128, 256, 512};
    private static final int BLOCKS = 2;
    private static final int CLASSES = 1000;
    private static final Window POOL = new Window(3, 2, 1);

    private final ConvolutionNorm stem;
    private final List<Block> blocks = new ArrayList<>();

    /**
     * Creates the parameters of the network, including the classifier {@code fc}. Published checkpoints contain the
     * classifier, but it is neither used nor trained here.
     *
     * @param prefix prefix of each name, for instance {@code "feature_extractor.net."}
     */
    public ResNet18(Parameters parameters, String prefix) {
        this.stem = new ConvolutionNorm(parameters, prefix + "conv1", prefix + "bn1", 3, 64, new Window(7, 2, 3));
        int in = STAGE_WIDTHS[0];
        for (int stage = 0; stage < STAGE_WIDTHS.length; stage++) {
            for (int block = 0; block < BLOCKS; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String name = prefix + "layer" + (stage + 1) + "." + block + ".";
                blocks.add(new Block(parameters, name, in, STAGE_WIDTHS[stage], stride));
                in = STAGE_WIDTHS[stage];
            }
        }
        Initializer classifier = Initializer.uniformFanIn(WIDTH);
        new Linear(parameters, prefix + "fc", WIDTH, CLASSES, classifier, classifier);
    }

    /** Whether weights contain a ResNet-18 with a prefix. Shapes are checked only when the weights are used. */
    public static boolean isIn(Weights weights, String prefix) {
        return weights.names().contains(prefix + "layer4.1.bn2.running_var")
                && !weights.names().contains(prefix + "layer1.0.conv3.weight");
    }

    /**
     * Computes the feature map.
     *
     * @param images {@code (b, h, w, 3)}, normalised with ImageNet's mean and standard deviation
     * @param train whether batch normalisation uses the statistics of this batch and updates the running statistics
     * @return {@code (b, ⌈h/32⌉, ⌈w/32⌉, 512)}
     */
    public Variable features(Variable images, boolean train) {
        Variable x = ActivationFunctions.reluInPlace(stem.apply(images, train));
        x = PoolingFunctions.max(x, POOL);
        for (Block block : blocks) {
            x = block.apply(x, train);
        }
        return x;
    }

    /** A convolution without bias and the batch normalisation of its result. */
    private static final class ConvolutionNorm {
        private final Conv2d convolution;
        private final BatchNorm norm;

        ConvolutionNorm(Parameters parameters, String name, String normName, int in, int out, Window window) {
            convolution = new Conv2d(parameters, name, in, out, window, Initializer.heNormal(), null);
            norm = new BatchNorm(parameters, normName, out);
        }

        Variable apply(Variable x, boolean train) {
            Variable convolved = convolution.apply(x);
            return train ? norm.train(convolved) : norm.infer(convolved);
        }
    }

    /**
     * Two 3×3 convolutions, to whose result the input is added. A 1×1 convolution adapts the input if its shape
     * differs.
     */
    private static final class Block {
        private final ConvolutionNorm first;
        private final ConvolutionNorm second;
        private final ConvolutionNorm shortcut;

        Block(Parameters parameters, String name, int in, int out, int stride) {
            first = new ConvolutionNorm(parameters, name + "conv1", name + "bn1", in, out, new Window(3, stride, 1));
            second = new ConvolutionNorm(parameters, name + "conv2", name + "bn2", out, out, new Window(3, 1, 1));
            shortcut = in == out && stride == 1
                    ? null
                    : new ConvolutionNorm(
                            parameters,
                            name + "downsample.0",
                            name + "downsample.1",
                            in,
                            out,
                            new Window(1, stride, 0));
        }

        Variable apply(Variable x, boolean train) {
            Variable inner = ActivationFunctions.reluInPlace(first.apply(x, train));
            Variable outer = second.apply(inner, train);
            Variable direct = shortcut == null ? x : shortcut.apply(x, train);
            return ActivationFunctions.reluInPlace(ActivationFunctions.addInPlace(outer, direct));
        }
    }
}
