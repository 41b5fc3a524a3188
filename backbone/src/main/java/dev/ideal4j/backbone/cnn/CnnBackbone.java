package dev.ideal4j.backbone.cnn;

import dev.ideal4j.backbone.Backbone;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.GraphPreparation;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A convolutional network as a feature extractor: ResNets, wide ResNets and MobileNetV2, with the weights of
 * torchvision or timm. Images are resized (antialiased bilinear, without preserving the aspect ratio) and normalised.
 * The features are the concatenated channels of the maps of the chosen stages. Maps of deeper stages are enlarged to
 * the grid of the first chosen stage (bilinear, half-pixel centres). Layers after the last chosen stage are not
 * computed.
 */
public final class CnnBackbone extends Backbone implements PixelExtractor, GraphPreparation {
    private final Scope scope;
    private final CnnNetwork network;
    private final Options options;
    private final String fingerprint;

    /**
     * The settings that the weights do not determine.
     *
     * @param inputHeight height of the network's input in pixels, a multiple of the stride of the first chosen stage
     * @param inputWidth width of the network's input in pixels, a multiple of the stride of the first chosen stage
     * @param stages names of the stages in any order; empty for the default stages of the network
     */
    public record Options(int inputHeight, int inputWidth, List<String> stages) {
        /** 320 × 320 pixels, {@code layer2} and {@code layer3} of a ResNet or their counterparts. */
        public static final Options DEFAULT = new Options(320, 320, List.of());

        /** Copies the list. */
        public Options {
            stages = List.copyOf(stages);
        }

        /** Returns a copy of these options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, stages);
        }

        /** Returns a copy of these options with other stages. */
        public Options withStages(String... names) {
            return new Options(inputHeight, inputWidth, List.of(names));
        }
    }

    /**
     * Uploads a network to a backend.
     *
     * @param weights the weights with the names of torchvision or timm, with or without an outer prefix; not needed
     *     after this call
     * @throws InvalidInputException if the weights are not those of one such network, or the options do not fit it; the
     *     message names an invalid tensor
     */
    public CnnBackbone(Weights weights, Options options, Backend backend) {
        this(Cnns.require(weights), options, backend);
    }

    private CnnBackbone(Cnn architecture, Options options, Backend backend) {
        super(architecture.name(), backend, options.inputHeight, options.inputWidth);
        this.options = options;
        this.scope = Scope.on(backend);
        try {
            this.network = new CnnNetwork(architecture, options.stages, scope);
            requireMultiple(options.inputHeight);
            requireMultiple(options.inputWidth);
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
        this.fingerprint = Fingerprint.of(
                network.fingerprint() + "\nresize bilinear " + options.inputHeight + "x" + options.inputWidth);
    }

    private void requireMultiple(int side) {
        if (side < patchSize() || side % patchSize() != 0) {
            throw new InvalidInputException(
                    "input size",
                    options.inputHeight + "×" + options.inputWidth,
                    "multiples of " + patchSize() + " pixels, the stride of "
                            + stages().get(0).name());
        }
    }

    /**
     * Loads a network. The names of the tensors determine the architecture.
     *
     * @param file a PyTorch checkpoint or a safetensors file; see {@link #CnnBackbone(Weights, Options, Backend)}
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
     * @throws InvalidInputException if the file contains no such network, or the options do not fit the network
     */
    public static CnnBackbone load(Path file, Options options, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new CnnBackbone(weights, options, backend);
        }
    }

    /**
     * Creates a network with random weights. It computes as much as the real network, but its features are not
     * meaningful.
     *
     * @param name one of {@link #names}
     * @param prefix seed of the weights
     */
    public static CnnBackbone seeded(String name, String prefix, Options options, Backend backend) {
        return new CnnBackbone(CnnShapes.seeded(name, prefix), options, backend);
    }

    /** The names of the networks for {@link #seeded}: {@code resnet18}, {@code resnet50}, … */
    public static List<String> names() {
        return CnnShapes.NAMES;
    }

    /**
     * Whether weights are those of a network that this class supports. Shapes are checked only when the weights are
     * used.
     *
     * @throws InvalidInputException if they have further tensors in its blocks, which would be ignored
     */
    public static boolean isIn(Weights weights) {
        return Cnns.find(weights).isPresent();
    }

    /** The stages whose features are used, in the order of their channels. */
    public List<Stage> stages() {
        return network.stages();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public Map<String, String> identity() {
        Map<String, String> identity = new TreeMap<>(PixelExtractor.super.identity());
        identity.put(
                "stages", String.join(",", stages().stream().map(Stage::name).toList()));
        return identity;
    }

    @Override
    public int width() {
        return stages().stream().mapToInt(Stage::width).sum();
    }

    @Override
    public int patchSize() {
        return stages().get(0).stride();
    }

    /**
     * Returns 1. The maps of one image fit into the caches of a CPU. With eight images at once, each image takes 1.2
     * to 1.4 times as long.
     */
    @Override
    public int batch() {
        return 1;
    }

    @Override
    public PillowResize.Filter filter() {
        return PillowResize.Filter.BILINEAR;
    }

    @Override
    public ImageNormalization normalization() {
        return network.normalization();
    }

    @Override
    public int preparedSize() {
        return (int) network.padded(inputHeight(), inputWidth()).size();
    }

    /** Moves the channels to the last axis, and pads the images with zeros for the first convolution. */
    @Override
    public void prepare(float[] pixels, Tensor prepared) {
        prepared.write(network.prepare(pixels, inputHeight(), inputWidth()));
    }

    @Override
    public String prepare(OnnxGraph graph, String pixels) {
        return network.draw(graph, pixels, inputHeight(), inputWidth());
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        inBatches(prepared, features, (some, found) -> {
            Tensor rows = found.reshape(some.shape().axis(0) * patches(), width());
            run(some, (stage, map) -> place(map, column(stage), rows));
        });
    }

    /**
     * Computes the maps of the stages in their original sizes, for all images at once.
     *
     * @param prepared {@code (b, S)} from {@link #prepare}; not modified
     * @param owner owner of the result
     * @return a tensor {@code (b, h, w, c)} for each of {@link #stages}; h and w are the height and width of the input
     *     divided by the stride of the stage, rounded up
     */
    public List<Tensor> maps(Tensor prepared, Scope owner) {
        return use().compute(() -> {
            List<Tensor> maps = new ArrayList<>();
            run(prepared, (stage, map) -> maps.add(owner.copy(map)));
            return maps;
        });
    }

    private void run(Tensor prepared, Part.Taps taps) {
        Shape padded = network.padded(inputHeight(), inputWidth());
        network.run(prepared.reshape(prepared.shape().axis(0), padded.axis(0), padded.axis(1), padded.axis(2)), taps);
    }

    private int column(Stage stage) {
        return stages().stream()
                .limit(stages().indexOf(stage))
                .mapToInt(Stage::width)
                .sum();
    }

    /** Enlarges a map to the grid and writes it to columns of the features, {@code (b · N, C)}. */
    private void place(Tensor map, int column, Tensor rows) {
        int images = map.shape().axis(0);
        int height = map.shape().axis(1);
        int width = map.shape().axis(2);
        int channels = map.shape().last();
        try (Scope local = backend().scope()) {
            Tensor pixels = map.reshape(images * height * width, channels);
            if (height != gridRows() || width != gridColumns()) {
                Tensor planes = local.allocateUninitialised(images, channels, height * width);
                backend().products().transpose(map.reshape(images, height * width, channels), planes);
                Tensor enlarged = local.allocateUninitialised(images * channels, gridRows(), gridColumns());
                backend().resampling().bilinear(planes.reshape(images * channels, height, width), enlarged);
                Tensor back = local.allocateUninitialised(images, patches(), channels);
                backend().products().transpose(enlarged.reshape(images, channels, patches()), back);
                pixels = back.reshape(images * patches(), channels);
            }
            backend().layout().columns(pixels, 0, rows, column, channels);
        }
    }

    @Override
    protected void free() {
        scope.close();
    }
}
