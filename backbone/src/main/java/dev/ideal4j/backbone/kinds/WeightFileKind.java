package dev.ideal4j.backbone.kinds;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Weight files, named by their path. */
public final class WeightFileKind implements BackboneKind {
    @Override
    public List<String> labels() {
        return List.of("a file");
    }

    @Override
    public boolean matches(String name) {
        return new File(name).exists();
    }

    @Override
    public FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        return use.load(Path.of(name), input, backend);
    }

    /** Returns a warning about the licence of DINOv3, which also applies to fitted detectors. */
    @Override
    public Optional<String> warning(String name) {
        try (WeightFile weights = Checkpoints.open(Path.of(name))) {
            return VitWeights.isDinoV3(weights)
                    ? Optional.of("DINOv3 weights are under the " + DinoV2.DINOV3_LICENCE
                            + "; what is made with them, such as a fitted detector, may be passed on under it alone")
                    : Optional.empty();
        } catch (Ideal4jException e) {
            return Optional.empty(); // opening the backbone reports the error
        }
    }

    @Override
    public void export(String name, int side, Path to) {
        try (WeightFile weights = Checkpoints.open(Path.of(name))) {
            RandomKind.export(VitWeights.of(weights), side, to);
        }
    }

    @Override
    public List<Path> files(String name) {
        return List.of(Path.of(name));
    }

    @Override
    public boolean hasHeads() {
        return true;
    }
}
