package dev.ideal4j.backbone.kinds;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.cnn.CnnBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Weight files of a ResNet or MobileNetV2, which are recognised by the names of their tensors, and random networks
 * such as {@code random:resnet50}.
 */
public final class CnnKind implements BackboneKind {
    private final BackboneKind files = new WeightFileKind();
    private final BackboneKind random = new RandomKind();

    /** Returns an empty list, because {@link WeightFileKind} and {@link RandomKind} list files and random networks. */
    @Override
    public List<String> labels() {
        return List.of();
    }

    @Override
    public boolean matches(String name) {
        return isRandom(name) || isFile(name);
    }

    private boolean isRandom(String name) {
        return random.matches(name) && CnnBackbone.names().contains(RandomKind.architecture(name));
    }

    /**
     * Whether a name is a weight file of such a network. A file that cannot be read is left to {@link WeightFileKind},
     * which reports the error.
     */
    private static boolean isFile(String name) {
        if (!new File(name).exists()) {
            return false;
        }
        try (WeightFile weights = Checkpoints.open(Path.of(name))) {
            return CnnBackbone.isIn(weights);
        } catch (Ideal4jException e) {
            return false;
        }
    }

    /**
     * Opens a backbone. If the method needs another type of backbone, like DevNet, its own loader opens the network.
     */
    @Override
    public FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        boolean fits = use.need().type().isAssignableFrom(CnnBackbone.class);
        if (!fits) {
            return (isRandom(name) ? random : files).open(name, use, input, backend);
        }
        CnnBackbone.Options options =
                CnnBackbone.Options.DEFAULT.withStages(input.stages().toArray(String[]::new));
        if (input.size() != 0) {
            options = options.withInput(input.size(), input.size());
        }
        return isRandom(name)
                ? CnnBackbone.seeded(RandomKind.architecture(name), name + "/", options, backend)
                : CnnBackbone.load(Path.of(name), options, backend);
    }

    @Override
    public List<Path> files(String name) {
        return isRandom(name) ? List.of() : files.files(name);
    }

    @Override
    public boolean hasStages() {
        return true;
    }

    @Override
    public Optional<String> warning(String name) {
        return isRandom(name) ? random.warning(name) : Optional.empty();
    }
}
