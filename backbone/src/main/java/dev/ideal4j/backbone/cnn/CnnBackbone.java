package dev.ideal4j.backbone.cnn;

import dev.ideal4j.backbone.PixelBatch;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A convolutional network as a feature extractor: ResNets, wide ResNets and MobileNetV2, with the weights of torchvision or
 * timm. Images are resized (antialiased bilinear, aspect not kept) and normalised. The features are the maps of the chosen
 * stages, those of deeper ones enlarged to the first one's grid (bilinear, half-pixel centres), one's channels behind the
 * other's. The network ends with the last chosen stage.
 */
public final class CnnBackbone implements PixelExtractor {
    private final Lifetime lifetime;
    private final Backend backend;
    private final Scope scope;
    private final CnnNetwork network;
    private final Options options;
    private final String fingerprint;

    /**
     * What the weights leave open.
     *
     * @param inputHeight height of the network's input, a multiple of the stride of the first stage that is chosen
     * @param inputWidth width of the network's input, likewise
     * @param stages names of the stages to take, in any order; none for those that the network is usually used with
     */
    public record Options(int inputHeight, int inputWidth, List<String> stages) {
        /** 320 × 320, {@code layer2} and {@code layer3} of a ResNet or their counterparts. */
        public static final Options DEFAULT = new Options(320, 320, List.of());

        /** Copies the list. */
        public Options {
            stages = List.copyOf(stages);
        }

        /** These options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, stages);
        }

        /** These options with other stages. */
        public Options withStages(String... names) {
            return new Options(inputHeight, inputWidth, List.of(names));
        }
    }

    /**
     * Brings a network to a backend.
     *
     * @param weights under torchvision's or timm's names, below an outer prefix or not; not kept
     * @throws InvalidInputException if they are not those of one such network, naming the tensor at fault, or if the options
     *     do not fit it
     */
    public CnnBackbone(Weights weights, Options options, Backend backend) {
        this.options = options;
        this.backend = backend;
        this.scope = Scope.on(backend);
        try {
            this.network = new CnnNetwork(weights, options.stages, scope);
            requireMultiple(options.inputHeight);
            requireMultiple(options.inputWidth);
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
        this.lifetime = new Lifetime("the backbone " + network.name());
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
     * Loads a network; which one it is, is read off the names of its tensors.
     *
     * @param file a PyTorch checkpoint or safetensors; see {@link #CnnBackbone(Weights, Options, Backend)}
     * @throws dev.ideal4j.core.FileAccessException if it cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is damaged or no file of weights
     * @throws InvalidInputException if it has no such network, or the options do not fit it
     */
    public static CnnBackbone load(Path file, Options options, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new CnnBackbone(weights, options, backend);
        }
    }

    /**
     * A network with random weights: no skill, but the cost of the real one.
     *
     * @param name one of {@link #names}
     * @param prefix seeds the weights
     */
    public static CnnBackbone seeded(String name, String prefix, Options options, Backend backend) {
        return new CnnBackbone(CnnShapes.seeded(name, prefix), options, backend);
    }

    /** The networks that {@link #seeded} makes: {@code resnet18}, {@code resnet50}, … */
    public static List<String> names() {
        return CnnShapes.NAMES;
    }

    /** Whether weights are those of a network that this class runs; that every shape fits shows when they are used. */
    public static boolean isIn(Weights weights) {
        return Cnns.find(weights).isPresent();
    }

    /** The stages that features come from, in the order of their channels. */
    public List<Stage> stages() {
        return network.stages();
    }

    @Override
    public String name() {
        return network.name();
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
    public Backend backend() {
        return backend;
    }

    @Override
    public Lifetime.Call use() {
        return lifetime.call(backend::use);
    }

    @Override
    public int width() {
        return stages().stream().mapToInt(Stage::width).sum();
    }

    @Override
    public int inputHeight() {
        return options.inputHeight;
    }

    @Override
    public int inputWidth() {
        return options.inputWidth;
    }

    @Override
    public int patchSize() {
        return stages().get(0).stride();
    }

    /** One: its maps stay in a CPU's caches, where eight at once take 1.2 to 1.4 times as long for each. */
    @Override
    public int batch() {
        return 1;
    }

    @Override
    public RgbImage resized(RgbImage image) {
        return PillowResize.resize(image, inputWidth(), inputHeight(), PillowResize.Filter.BILINEAR);
    }

    @Override
    public float[] pixels(List<RgbImage> images) {
        return PixelBatch.of(
                images, inputHeight(), inputWidth(), PillowResize.Filter.BILINEAR, network.normalization());
    }

    @Override
    public int preparedSize() {
        return (int) network.padded(inputHeight(), inputWidth()).size();
    }

    /** The device gets the pixels with their channels last, and zeros around them for the first convolution. */
    @Override
    public float[] prepare(float[] pixels) {
        return network.prepare(pixels, inputHeight(), inputWidth());
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        Lifetime.Call call = use();
        try {
            int count = prepared.shape().axis(0);
            for (int first = 0; first < count; first += batch()) {
                int some = Math.min(batch(), count - first);
                Tensor rows = features.slice(first, some).reshape(some * patches(), width());
                run(prepared.slice(first, some), (stage, map) -> place(map, column(stage), rows));
            }
        } finally {
            call.close();
        }
    }

    /**
     * The maps of the stages as the network gives them, each of its own size, all images at once.
     *
     * @param prepared {@code (b, S)}, as {@link #prepare} gives it; not modified
     * @param owner owner of the result
     * @return for each of {@link #stages} {@code (b, h, w, c)}, with h and w the input's height and width over the stage's
     *     stride, rounded up
     */
    public List<Tensor> maps(Tensor prepared, Scope owner) {
        Lifetime.Call call = use();
        try {
            List<Tensor> maps = new ArrayList<>();
            run(prepared, (stage, map) -> maps.add(owner.copy(map)));
            return maps;
        } finally {
            call.close();
        }
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

    /** Puts a map, enlarged to the grid, into columns of the features, {@code (b · N, C)}. */
    private void place(Tensor map, int column, Tensor rows) {
        int images = map.shape().axis(0);
        int height = map.shape().axis(1);
        int width = map.shape().axis(2);
        int channels = map.shape().last();
        try (Scope local = backend.scope()) {
            Tensor pixels = map.reshape(images * height * width, channels);
            if (height != gridRows() || width != gridColumns()) {
                Tensor planes = local.allocateUninitialised(images, channels, height * width);
                backend.products().transpose(map.reshape(images, height * width, channels), planes);
                Tensor enlarged = local.allocateUninitialised(images * channels, gridRows(), gridColumns());
                backend.resampling().bilinear(planes.reshape(images * channels, height, width), enlarged);
                Tensor back = local.allocateUninitialised(images, patches(), channels);
                backend.products().transpose(enlarged.reshape(images, channels, patches()), back);
                pixels = back.reshape(images * patches(), channels);
            }
            backend.layout().columns(pixels, 0, rows, column, channels);
        }
    }

    @Override
    public void close() {
        lifetime.close(scope::close);
    }
}
