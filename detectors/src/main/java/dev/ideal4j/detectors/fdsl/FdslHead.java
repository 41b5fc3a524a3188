package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.BatchNorm;
import dev.ideal4j.core.nn.Conv2d;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Linear;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * FDSL's trained part: for each layer a classifier of feature differences (feature discrepancy), and two convolutions over
 * the probability maps, which all layers share (anomaly score learning). Parameters have the published names.
 */
final class FdslHead {
    private static final int[] HIDDEN = {512, 128, 32};
    private static final int CLASSES = 2;
    private static final Window NEIGHBOURHOOD = new Window(5, 1, 2);
    private static final int REFINED = 6;

    /** Prefix of all names in published checkpoints. */
    private static final String PUBLISHED_ROOT = "trainable_RR.";

    private final boolean inputNorm;
    private final List<Classifier> classifiers = new ArrayList<>();
    private final Conv2d first;
    private final Conv2d second;

    /**
     * Creates the parameters.
     *
     * @param channels width of each layer's features
     */
    FdslHead(Parameters parameters, int layers, int channels, FdslConfig config) {
        this.inputNorm = config.inputNorm();
        for (int layer = 0; layer < layers; layer++) {
            classifiers.add(new Classifier(parameters, "clsList." + layer + ".", channels));
        }
        this.first = convolution(parameters, "convRes.conv", CLASSES, REFINED);
        this.second = convolution(parameters, "convRes.conv2", REFINED, CLASSES);
    }

    private static Conv2d convolution(Parameters parameters, String name, int in, int out) {
        Initializer uniform = Initializer.uniformFanIn(in * NEIGHBOURHOOD.kernel() * NEIGHBOURHOOD.kernel());
        return new Conv2d(parameters, name, in, out, NEIGHBOURHOOD, uniform, uniform);
    }

    /** The weights without the prefix of published checkpoints. */
    static Weights unwrapped(Weights weights) {
        boolean wrapped = weights.names().stream().anyMatch(name -> name.startsWith(PUBLISHED_ROOT));
        return wrapped ? RenamedWeights.below(weights, PUBLISHED_ROOT) : weights;
    }

    /** Number of layers that weights have a classifier for; 0 if the weights are not FDSL's. */
    static int layers(Weights weights) {
        int layers = 0;
        while (weights.names().contains(weightOf(layers))) {
            layers++;
        }
        return layers;
    }

    /** Width of a layer's features. */
    static int channels(Weights weights) {
        return weights.shape(weightOf(0)).last();
    }

    private static String weightOf(int layer) {
        return "clsList." + layer + ".proj.0.weight";
    }

    /** Number of layers. */
    int layers() {
        return classifiers.size();
    }

    /**
     * Feature discrepancy.
     *
     * @param differences {@code (r, C)} of one layer
     * @param train whether batch normalisation uses the statistics of these rows, which also update the running statistics
     * @return {@code (r, 2)}: probabilities of normal and abnormal
     */
    Variable discrepancy(int layer, Variable differences, boolean train) {
        return ActivationFunctions.softmax(classifiers.get(layer).logits(differences, inputNorm, train));
    }

    /**
     * Anomaly score learning: refines probability maps by their neighbourhoods.
     *
     * @param maps {@code (b, h, w, 2)}
     * @return refined probabilities, {@code (b, h, w, 2)}
     */
    Variable refined(Variable maps) {
        Variable hidden = ActivationFunctions.apply(Activation.RELU, first.apply(maps));
        return ActivationFunctions.softmax(second.apply(hidden));
    }

    private static final class Classifier {
        private final BatchNorm inputNorm;
        private final List<Linear> linears = new ArrayList<>();
        private final List<BatchNorm> norms = new ArrayList<>();

        Classifier(Parameters parameters, String name, int channels) {
            inputNorm = new BatchNorm(parameters, name + "fbatchNorm", channels);
            int in = channels;
            for (int i = 0; i < HIDDEN.length; i++) {
                String linear = name + "proj." + 3 * i;
                linears.add(new Linear(parameters, linear, in, HIDDEN[i], Initializer.uniformFanIn(in), null));
                norms.add(new BatchNorm(parameters, name + "proj." + (3 * i + 1), HIDDEN[i]));
                in = HIDDEN[i];
            }
            Initializer uniform = Initializer.uniformFanIn(in);
            linears.add(new Linear(parameters, name + "proj." + 3 * HIDDEN.length, in, CLASSES, uniform, uniform));
        }

        Variable logits(Variable differences, boolean withInputNorm, boolean train) {
            Variable x = withInputNorm ? norm(inputNorm, differences, train) : differences;
            for (int i = 0; i < norms.size(); i++) {
                x = ActivationFunctions.reluInPlace(
                        norm(norms.get(i), linears.get(i).apply(x), train));
            }
            return linears.get(norms.size()).apply(x);
        }

        private static Variable norm(BatchNorm norm, Variable x, boolean train) {
            return train ? norm.train(x) : norm.infer(x);
        }
    }
}
