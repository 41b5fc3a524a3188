package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * MobileNetV2 (Sandler et al. 2018) of torchvision and timm, or with folded batch normalisation like in files converted
 * from TensorFlow. Files with folded batch normalisation use TensorFlow's padding and input range. Widths are
 * determined from the weights.
 */
final class MobileNetV2 implements Cnn {
    /** Number of blocks of each stage, followed by the strides of the first blocks. */
    private static final int[] BLOCKS = {1, 2, 3, 4, 3, 3, 1};

    private static final int[] STRIDES = {1, 2, 2, 2, 1, 2, 1};
    private static final int HEAD = 18;
    private static final String EXPANSION = ".conv.0";
    private static final Window POINT = new Window(1, 1, 0);
    private static final ImageNormalization MINUS_ONE_TO_ONE =
            new ImageNormalization(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

    private static final Pattern TENSOR =
            Pattern.compile("features\\.\\d+\\.([01]|conv\\.[01]\\.[01]|conv\\.[123])\\." + Cnns.LAYER);

    private final Weights weights;
    private final boolean folded;

    private MobileNetV2(Weights weights) {
        this.weights = weights;
        this.folded = !weights.names().contains("features.0.1.running_var");
    }

    /** Creates a network from weights with torchvision's names. */
    static MobileNetV2 ofTorchvision(Weights weights) {
        Cnns.requireOnly(weights, "features.", TENSOR, "a MobileNetV2");
        return new MobileNetV2(weights);
    }

    /** Creates a network from weights with timm's names. */
    static MobileNetV2 ofTimm(Weights weights) {
        Map<String, String> modules = timmModules();
        Map<String, String> names = new LinkedHashMap<>();
        modules.forEach((module, timm) -> {
            for (String kind : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
                if (weights.names().contains(timm + kind)) {
                    names.put(module + kind, timm + kind);
                }
            }
        });
        weights.names().stream()
                .filter(name -> name.startsWith("blocks."))
                .filter(name -> !name.endsWith(".num_batches_tracked") && !names.containsValue(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            weights.origin(), "a tensor " + name, "the weights of a MobileNetV2");
                });
        return new MobileNetV2(new RenamedWeights(weights, names));
    }

    /** Maps torchvision's module names to timm's. */
    private static Map<String, String> timmModules() {
        Map<String, String> modules = new LinkedHashMap<>();
        modules.put("features.0.0", "conv_stem");
        modules.put("features.0.1", "bn1");
        int feature = 1;
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            for (int block = 0; block < BLOCKS[stage]; block++, feature++) {
                String name = "features." + feature + ".conv.";
                String timm = "blocks." + stage + "." + block + ".";
                if (feature == 1) {
                    modules.put(name + "0.0", timm + "conv_dw");
                    modules.put(name + "0.1", timm + "bn1");
                    modules.put(name + "1", timm + "conv_pw");
                    modules.put(name + "2", timm + "bn2");
                } else {
                    modules.put(name + "0.0", timm + "conv_pw");
                    modules.put(name + "0.1", timm + "bn1");
                    modules.put(name + "1.0", timm + "conv_dw");
                    modules.put(name + "1.1", timm + "bn2");
                    modules.put(name + "2", timm + "conv_pwl");
                    modules.put(name + "3", timm + "bn3");
                }
            }
        }
        modules.put("features.18.0", "conv_head");
        modules.put("features.18.1", "bn2");
        return modules;
    }

    @Override
    public String name() {
        return "mobilenet_v2";
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public List<String> stages() {
        List<String> stages = new ArrayList<>();
        for (int feature = 0; feature <= HEAD; feature++) {
            if (feature > 1 && feature < HEAD) {
                stages.add("features." + feature + EXPANSION);
            }
            stages.add("features." + feature);
        }
        return stages;
    }

    /** The counterparts of a ResNet's {@code layer2} and {@code layer3}. */
    @Override
    public List<String> usualStages() {
        return List.of("features.6", "features.13");
    }

    @Override
    public ImageNormalization normalization() {
        return folded ? MINUS_ONE_TO_ONE : ImageNormalization.IMAGENET;
    }

    @Override
    public String recipe() {
        return folded ? "normalise -1 to 1, padding same" : "normalise imagenet";
    }

    @Override
    public Padding padding() {
        return folded ? Padding.SAME : Padding.CENTRED;
    }

    @Override
    public int stemKernel() {
        return 3;
    }

    private String norm(String name) {
        return folded ? null : name;
    }

    @Override
    public List<Part> parts(ConvolutionReader reader, String last) {
        List<Part> parts = new ArrayList<>();
        parts.add(single(reader, 0, 3, new Window(3, 2, 0), 2));
        int width = reader.width("features.0.0");
        int stride = 2;
        int feature = 1;
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            for (int block = 0; block < BLOCKS[stage]; block++, feature++) {
                if (isIn(parts, last)) {
                    return parts;
                }
                int step = block == 0 ? STRIDES[stage] : 1;
                Block read = block(reader, feature, width, stride, step);
                parts.add(read);
                stride *= step;
                width = read.output.width();
            }
        }
        if (!isIn(parts, last)) {
            parts.add(single(reader, HEAD, width, POINT, stride));
        }
        return parts;
    }

    private static boolean isIn(List<Part> parts, String stage) {
        return parts.stream().flatMap(part -> part.stages().stream()).anyMatch(found -> found.name()
                .equals(stage));
    }

    private Single single(ConvolutionReader reader, int feature, int in, Window window, int stride) {
        String name = "features." + feature;
        Dense convolution = reader.dense(name + ".0", norm(name + ".1"), in, window);
        return new Single(convolution, new Stage(name, convolution.weight().out(), stride), Activation.RELU6);
    }

    private Block block(ConvolutionReader reader, int feature, int in, int stride, int step) {
        String block = "features." + feature;
        String name = block + ".conv.";
        boolean expands = feature > 1;
        String deep = expands ? name + "1" : name + "0";
        int at = expands ? 2 : 1;
        Dense expansion = expands ? reader.dense(name + "0.0", norm(name + "0.1"), in, POINT) : null;
        int inner = expands ? expansion.weight().out() : in;
        Depthwise depthwise = reader.depthwise(deep + ".0", norm(deep + ".1"), inner, step, padding());
        Dense projection = reader.dense(name + at, norm(name + (at + 1)), inner, POINT);
        int out = projection.weight().out();
        return new Block(
                expansion,
                depthwise,
                projection,
                step == 1 && in == out,
                expands ? new Stage(block + EXPANSION, inner, stride) : null,
                new Stage(block, out, stride * step));
    }

    /** An inverted residual block. The first block has no expansion. */
    private record Block(
            Dense expansion, Depthwise depthwise, Dense projection, boolean residual, Stage expanded, Stage output)
            implements Part {
        @Override
        public List<Stage> stages() {
            return expanded == null ? List.of(output) : List.of(expanded, output);
        }

        @Override
        public Tensor apply(Tensor x, Scope scope, Taps taps) {
            Tensor out;
            try (Scope local = scope.backend().scope()) {
                Tensor inner = x;
                if (expansion != null) {
                    inner = expansion.apply(x, Activation.RELU6, local);
                    taps.take(expanded, inner);
                }
                Tensor filtered = depthwise.apply(inner, Activation.RELU6, local);
                out = projection.apply(filtered, Activation.NONE, residual ? x : null, scope);
            }
            taps.take(output, out);
            return out;
        }
    }
}
