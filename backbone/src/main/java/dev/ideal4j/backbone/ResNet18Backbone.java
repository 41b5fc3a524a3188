package dev.ideal4j.backbone;

import dev.ideal4j.backbone.trainable.ResNet18;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.nn.Parameters;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ResNet-18 with the weights of torchvision, or an untrained one. It is the starting point of a method that trains it
 * further, or a frozen backbone whose features are the last feature map. Images are resized (antialiased bilinear,
 * without preserving the aspect ratio) and normalised with the mean and standard deviation of ImageNet.
 */
public final class ResNet18Backbone extends Backbone {
    /** The name of the network in reports. */
    public static final String NAME = "resnet18";

    private static final String LAST = "layer4.1.bn2.running_var";

    private final Scope scope;
    private final Parameters parameters;
    private final ResNet18 network;
    private final int size;
    private final boolean trained;
    private final String fingerprint;

    private ResNet18Backbone(@Nullable Weights start, long seed, int size, Backend backend) {
        super(start == null ? NAME + " untrained" : NAME, backend, size, size);
        if (size < ResNet18.STRIDE || size % ResNet18.STRIDE != 0) {
            throw new InvalidInputException(
                    "input size", Integer.toString(size), "a multiple of " + ResNet18.STRIDE + " pixels");
        }
        this.size = size;
        this.trained = start != null;
        this.scope = Scope.on(backend);
        try {
            this.parameters = Parameters.fresh(scope, seed);
            if (start != null) {
                parameters.preset(start);
            }
            this.network = new ResNet18(parameters, "");
            if (start != null) {
                requireAll(start);
            }
            this.fingerprint =
                    Fingerprint.of(Fingerprint.of(parameters) + "\nresize bilinear " + size + ", normalise imagenet");
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    /** Checks that all tensors exist, except for those of the unused classifier. */
    private void requireAll(Weights start) {
        for (String name : parameters.names()) {
            if (!name.startsWith("fc.") && !start.names().contains(name)) {
                throw new InvalidInputException(start.origin(), "no tensor " + name, "the weights of a ResNet-18");
            }
        }
    }

    /**
     * Loads a network.
     *
     * @param file a PyTorch checkpoint or a safetensors file with torchvision's names, with or without an outer prefix
     * @param size side in pixels of the square that images are resized to, a multiple of 32
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
     * @throws InvalidInputException if the file contains no ResNet-18; the message names the invalid tensor
     */
    public static ResNet18Backbone load(Path file, int size, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new ResNet18Backbone(RenamedWeights.below(weights, prefix(weights)), 0, size, backend);
        }
    }

    private static String prefix(Weights weights) {
        List<String> prefixes = weights.names().stream()
                .filter(name -> name.equals(LAST) || name.endsWith("." + LAST))
                .map(name -> name.substring(0, name.length() - LAST.length()))
                .filter(prefix -> ResNet18.isIn(weights, prefix))
                .toList();
        if (prefixes.size() != 1) {
            throw new InvalidInputException(
                    weights.origin(),
                    prefixes.isEmpty() ? "no tensor " + LAST : "several ResNets, below " + prefixes,
                    "the weights of one ResNet-18, with torchvision's names");
        }
        return prefixes.get(0);
    }

    /**
     * Creates an untrained network with torchvision's initial values.
     *
     * @param seed the same seed gives the same network
     */
    public static ResNet18Backbone untrained(long seed, int size, Backend backend) {
        return new ResNet18Backbone(null, seed, size, backend);
    }

    /** The weights with torchvision's names. */
    public Weights weights() {
        return parameters;
    }

    /** Whether the weights came from a file. */
    public boolean isTrained() {
        return trained;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int width() {
        return ResNet18.WIDTH;
    }

    @Override
    public int patchSize() {
        return ResNet18.STRIDE;
    }

    @Override
    public RgbImage resized(RgbImage image) {
        return PillowResize.resize(image, size, size, PillowResize.Filter.BILINEAR);
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope owner) {
        return use().compute(() -> {
            Tensor features = owner.allocate(images.size(), patches(), width());
            for (int i = 0; i < images.size(); i++) {
                try (Tape tape = Tape.inference(backend())) {
                    float[] pixels = PixelBatch.of(
                            images.subList(i, i + 1),
                            size,
                            size,
                            PillowResize.Filter.BILINEAR,
                            ImageNormalization.IMAGENET);
                    Variable planes = tape.constant(tape.scope().upload(pixels, 1, 3, size * size));
                    Variable image = ShapeFunctions.reshape(ShapeFunctions.transpose(planes), 1, size, size, 3);
                    backend().copy(network.features(image, false).value(), features.slice(i, 1));
                }
            }
            return features;
        });
    }

    @Override
    protected void free() {
        scope.close();
    }
}
