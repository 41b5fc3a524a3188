package dev.ideal4j.backbone.kinds;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import java.util.List;

/**
 * Backbones that need no file: {@code builtin}, which a method may replace by its own backbone, and {@code
 * builtin-smooth}.
 */
public final class BuiltinKind implements BackboneKind {
    @Override
    public List<String> labels() {
        return List.of(BuiltinBackbone.NAME, BuiltinBackbone.SMOOTH_NAME);
    }

    @Override
    public boolean matches(String name) {
        return labels().contains(name);
    }

    @Override
    public FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        int side = input.size() == 0 ? BuiltinBackbone.SIDE : input.size();
        return name.equals(BuiltinBackbone.SMOOTH_NAME)
                ? BuiltinBackbone.smooth(backend, side)
                : use.own(input, backend).orElseGet(() -> new BuiltinBackbone(backend, side));
    }
}
