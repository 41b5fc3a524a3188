package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.backbone.trainable.ResNet18;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.PoolingFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.BatchNorm;
import dev.ideal4j.core.nn.Conv2d;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Window;
import dev.ideal4j.detectors.patchcore.PatchEmbedding.LayerMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The maps of the second and third stage of a ResNet-18 with seeded weights. */
final class ResNetStages {
    private final Parameters parameters;
    private final Scope scope;
    private final Map<String, Conv2d> convolutions = new HashMap<>();
    private final Map<String, BatchNorm> norms = new HashMap<>();

    ResNetStages(String prefix, Scope scope) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        try (Scope local = scope.backend().scope()) {
            Parameters fresh = Parameters.fresh(local, 0);
            new ResNet18(fresh, "");
            fresh.names().forEach(name -> shapes.put(name, fresh.shape(name)));
        }
        this.scope = scope;
        this.parameters = Parameters.from(scope, new SeededWeights(prefix, shapes));
    }

    /**
     * The maps of an image.
     *
     * @param planes {@code (3, height, width)}
     */
    List<LayerMap> of(float[] planes, int height, int width) {
        float[] pixels = new float[planes.length];
        for (int i = 0; i < planes.length; i++) {
            pixels[i % (height * width) * 3 + i / (height * width)] = planes[i];
        }
        try (Tape tape = Tape.inference(scope.backend())) {
            Variable image = tape.constant(tape.scope().upload(pixels, 1, height, width, 3));
            Variable x =
                    ActivationFunctions.reluInPlace(norm("bn1", 64, conv("conv1", 3, 64, new Window(7, 2, 3), image)));
            x = PoolingFunctions.max(x, new Window(3, 2, 1));
            x = stage("layer1", 64, 64, 1, x);
            Variable second = stage("layer2", 64, 128, 2, x);
            Variable third = stage("layer3", 128, 256, 2, second);
            List<LayerMap> maps = new ArrayList<>();
            for (Variable map : List.of(second, third)) {
                Shape shape = map.value().shape();
                maps.add(new LayerMap(
                        shape.axis(1), shape.axis(2), shape.axis(3), map.value().toArray()));
            }
            return maps;
        }
    }

    private Variable stage(String name, int in, int out, int stride, Variable x) {
        return block(name + ".1.", out, out, 1, block(name + ".0.", in, out, stride, x));
    }

    private Variable block(String name, int in, int out, int stride, Variable x) {
        Variable inner = conv(name + "conv1", in, out, new Window(3, stride, 1), x);
        inner = ActivationFunctions.reluInPlace(norm(name + "bn1", out, inner));
        Variable outer = norm(name + "bn2", out, conv(name + "conv2", out, out, new Window(3, 1, 1), inner));
        Variable direct = in == out
                ? x
                : norm(name + "downsample.1", out, conv(name + "downsample.0", in, out, new Window(1, stride, 0), x));
        return ActivationFunctions.reluInPlace(ActivationFunctions.addInPlace(outer, direct));
    }

    private Variable conv(String name, int in, int out, Window window, Variable x) {
        return convolutions
                .computeIfAbsent(
                        name, key -> new Conv2d(parameters, key, in, out, window, Initializer.heNormal(), null))
                .apply(x);
    }

    private Variable norm(String name, int channels, Variable x) {
        return norms.computeIfAbsent(name, key -> new BatchNorm(parameters, key, channels))
                .infer(x);
    }
}
