package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * ResNets (He et al. 2016) and wide ResNets of torchvision. The tensors of timm have the same names. Depth and widths
 * are determined from the weights.
 */
final class ResNet implements Cnn {
    private static final int STAGES = 4;
    private static final int STEM = 64;
    private static final String STEM_STAGE = "relu";
    private static final Window STEM_WINDOW = new Window(7, 2, 0);
    private static final Window POOL = new Window(3, 2, 1);

    /** What a block has. Squeeze-and-excitation, blur and attention have other names beside these. */
    private static final Pattern TENSOR =
            Pattern.compile("layer[1-4]\\.\\d+\\.(conv[123]|bn[123]|downsample\\.[01])\\." + Cnns.LAYER);

    private final Weights weights;
    private final int[] blocks;
    private final boolean bottleneck;

    /** Determines the depth from weights with torchvision's names. */
    ResNet(Weights weights) {
        this.weights = weights;
        Cnns.requireOnly(weights, "layer", TENSOR, "a ResNet");
        this.blocks = IntStream.rangeClosed(1, STAGES)
                .map(stage -> count(weights, "layer" + stage + "."))
                .toArray();
        this.bottleneck = weights.names().contains("layer1.0.conv3.weight");
    }

    private static int count(Weights weights, String stage) {
        int blocks = 0;
        while (weights.names().contains(stage + blocks + ".conv1.weight")) {
            blocks++;
        }
        if (blocks == 0) {
            throw new InvalidInputException(
                    weights.origin(), "no tensor " + stage + "0.conv1.weight", "the weights of a ResNet");
        }
        return blocks;
    }

    @Override
    public String name() {
        int factor = bottleneck ? weights.shape("layer1.0.conv1.weight").axis(0) / STEM : 1;
        String depth = Arrays.toString(blocks) + (bottleneck ? " bottlenecks" : "");
        String number =
                switch (depth) {
                    case "[2, 2, 2, 2]" -> "18";
                    case "[3, 4, 6, 3]" -> "34";
                    case "[3, 4, 6, 3] bottlenecks" -> "50";
                    case "[3, 4, 23, 3] bottlenecks" -> "101";
                    case "[3, 8, 36, 3] bottlenecks" -> "152";
                    default -> Arrays.toString(blocks).replaceAll("\\W+", "_").replaceAll("_$", "");
                };
        return factor == 1 ? "resnet" + number : "wide_resnet" + number + "_" + factor;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public List<String> stages() {
        return List.of(STEM_STAGE, "layer1", "layer2", "layer3", "layer4");
    }

    /** Returns the stages that PatchCore uses. */
    @Override
    public List<String> usualStages() {
        return List.of("layer2", "layer3");
    }

    @Override
    public ImageNormalization normalization() {
        return ImageNormalization.IMAGENET;
    }

    @Override
    public String recipe() {
        return "normalise imagenet";
    }

    @Override
    public Padding padding() {
        return Padding.CENTRED;
    }

    @Override
    public int stemKernel() {
        return STEM_WINDOW.kernel();
    }

    @Override
    public List<Part> parts(ConvolutionReader reader, String last) {
        List<Part> parts = new ArrayList<>();
        int width = reader.width("conv1");
        parts.add(new Single(
                reader.dense("conv1", "bn1", 3, STEM_WINDOW), new Stage(STEM_STAGE, width, 2), Activation.RELU));
        if (last.equals(STEM_STAGE)) {
            return parts;
        }
        parts.add(new MaxPool());
        int stride = 4;
        for (int stage = 0; stage < STAGES; stage++) {
            String name = "layer" + (stage + 1);
            for (int block = 0; block < blocks[stage]; block++) {
                int step = stage > 0 && block == 0 ? 2 : 1;
                stride *= step;
                String prefix = name + "." + block + ".";
                int out = reader.width(prefix + (bottleneck ? "conv3" : "conv2"));
                boolean ends = block == blocks[stage] - 1;
                List<Stage> stages = ends ? List.of(new Stage(name, out, stride)) : List.of();
                parts.add(block(reader, prefix, width, step, stages));
                width = out;
            }
            if (last.equals(name)) {
                return parts;
            }
        }
        return parts;
    }

    private Block block(ConvolutionReader reader, String name, int in, int stride, List<Stage> stages) {
        Window three = new Window(3, stride, 1);
        List<Dense> inner = new ArrayList<>();
        int width = reader.width(name + "conv1");
        Dense outer;
        if (bottleneck) {
            inner.add(reader.dense(name + "conv1", name + "bn1", in, new Window(1, 1, 0)));
            inner.add(reader.dense(name + "conv2", name + "bn2", width, three));
            outer = reader.dense(name + "conv3", name + "bn3", reader.width(name + "conv2"), new Window(1, 1, 0));
        } else {
            inner.add(reader.dense(name + "conv1", name + "bn1", in, three));
            outer = reader.dense(name + "conv2", name + "bn2", width, new Window(3, 1, 1));
        }
        boolean identity = stride == 1 && in == outer.weight().out() && !reader.has(name + "downsample.0.weight");
        Dense shortcut = identity
                ? null
                : reader.dense(name + "downsample.0", name + "downsample.1", in, new Window(1, stride, 0));
        return new Block(inner, outer, shortcut, stages);
    }

    /** {@code relu(outer(inner(x)) + shortcut(x))}, with ReLU after each inner convolution. */
    private record Block(List<Dense> inner, Dense outer, Dense shortcut, List<Stage> stages) implements Part {
        @Override
        public Tensor apply(Tensor x, Scope scope, Taps taps) {
            try (Scope local = scope.backend().scope()) {
                Tensor direct = shortcut == null ? x : shortcut.apply(x, Activation.NONE, local);
                Tensor y = x;
                for (Dense convolution : inner) {
                    y = convolution.apply(y, Activation.RELU, local);
                }
                Tensor out = outer.apply(y, Activation.NONE, direct, scope);
                scope.backend().activations().apply(Activation.RELU, out, out);
                stages.forEach(stage -> taps.take(stage, out));
                return out;
            }
        }
    }

    /** The pooling after the stem. */
    private record MaxPool() implements Part {
        @Override
        public List<Stage> stages() {
            return List.of();
        }

        @Override
        public Tensor apply(Tensor x, Scope scope, Taps taps) {
            Shape pooled = POOL.pooled(x.shape());
            Tensor out = scope.allocateUninitialised(pooled);
            scope.backend().pooling().max(x, POOL, out);
            return out;
        }
    }
}
