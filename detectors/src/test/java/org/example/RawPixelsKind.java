package org.example;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import java.util.List;

/** {@link RawPixels} by name. */
public final class RawPixelsKind implements BackboneKind {
    @Override
    public List<String> labels() {
        return List.of(RawPixels.NAME);
    }

    @Override
    public boolean matches(String name) {
        return name.equals(RawPixels.NAME);
    }

    @Override
    public FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        return new RawPixels(input.size() == 0 ? 64 : input.size(), backend);
    }
}
