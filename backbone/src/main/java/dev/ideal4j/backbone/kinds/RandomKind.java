package dev.ideal4j.backbone.kinds;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.onnx.OnnxExporter;
import dev.ideal4j.core.Backend;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code random:NAME}: a known network with random weights, for speed measurements. */
public final class RandomKind implements BackboneKind {
    private static final String PREFIX = "random:";

    @Override
    public List<String> labels() {
        return List.of(PREFIX + "NAME");
    }

    @Override
    public boolean matches(String name) {
        return name.startsWith(PREFIX);
    }

    @Override
    public FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        return use.madeUp(architecture(name), input, backend);
    }

    @Override
    public void export(String name, int side, Path to) {
        String architecture = architecture(name);
        export(VitWeights.seeded(VitConfig.named(architecture), architecture + "/"), side, to);
    }

    static void export(VitWeights weights, int side, Path to) {
        int pixels = side == 0 ? DinoV2.Options.DEFAULT.inputWidth() : side;
        OnnxExporter.export(weights, pixels, pixels, to);
    }

    static String architecture(String name) {
        return name.substring(PREFIX.length());
    }

    @Override
    public boolean hasHeads() {
        return true;
    }

    @Override
    public Optional<String> warning(String name) {
        return Optional.of("made-up weights, without skill; scores mean nothing");
    }
}
