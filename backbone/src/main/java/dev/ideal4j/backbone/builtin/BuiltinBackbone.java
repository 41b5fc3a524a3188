package dev.ideal4j.backbone.builtin;

import dev.ideal4j.backbone.Backbone;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.GraphPreparation;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backbone that needs no file, because its weights are computed and not learnt. It has three layers: Gabor energies
 * and mean colours of small blocks at three scales, pooling to a grid of patches of 14 pixels (32 × 32 patches for 448
 * pixels), and random Fourier features of width 384.
 *
 * <p>The features describe texture, edges and colour within a few patches, but not shapes or objects. They are
 * sufficient for products that look similar in all images under constant lighting, and for trying the library without a
 * download. For other applications, use {@link dev.ideal4j.backbone.DinoV2}.
 */
@SuppressWarnings("exports")
public final class BuiltinBackbone extends Backbone implements PixelExtractor, GraphPreparation {
    /** The name in reports and on the command line. */
    public static final String NAME = "builtin";

    /** The name of the variant for training, {@link #smooth}. */
    public static final String SMOOTH_NAME = "builtin-smooth";

    private static final int PATCH = 14;

    /** Default side of the input in pixels. */
    public static final int SIDE = Pyramid.SIDE;

    /** The side of the input must be a multiple of this, so that blocks and patches fit at all three scales. */
    private static final int STEP = FilterBank.BLOCK << (Pyramid.LEVELS - 1);

    private static final int WIDTH = 384;

    /**
     * Additional constant element of a description before normalisation. Without it, patches with little structure
     * would differ only by noise.
     */
    private static final float CONSTANT = 1;

    private static final float NORM_EPS = 1e-12f;

    private final int side;
    private final Scope scope;
    private final String fingerprint;
    private final PackedWeight filters;
    private final PackedWeight energies;
    private final PackedWeight means;
    private final List<Pooling> poolings = new ArrayList<>();
    private final List<PackedWeight> describe = new ArrayList<>();
    private final Tensor constant;
    private final List<PackedWeight> waves = new ArrayList<>();
    private final List<Tensor> slopes = new ArrayList<>();
    private final Tensor middle;

    /** Creates the backbone on a backend, for images of {@value #SIDE} × {@value #SIDE} pixels. */
    public BuiltinBackbone(Backend backend) {
        this(backend, SIDE);
    }

    /**
     * Creates the backbone on a backend.
     *
     * @param side side in pixels of the square to which images are resized: a multiple of 28, 112 or more. A smaller
     *     side is faster but shows fewer details
     */
    public BuiltinBackbone(Backend backend, int side) {
        this(backend, side, RandomWaves.SHARP, Statistics.load());
    }

    /**
     * Creates the variant for training. Its features change more smoothly with the patch, so that an encoder that is
     * trained on some products generalises to others. Without training, it separates defects less well.
     *
     * @param side same as for {@link #BuiltinBackbone(Backend, int)}
     */
    public static BuiltinBackbone smooth(Backend backend, int side) {
        return new BuiltinBackbone(backend, side, RandomWaves.SMOOTH, Statistics.load());
    }

    BuiltinBackbone(Backend backend, int side, double frequency, Statistics statistics) {
        super(frequency == RandomWaves.SHARP ? NAME : SMOOTH_NAME, backend, side, side);
        if (side < 4 * STEP || side % STEP != 0) {
            throw new InvalidInputException(
                    "input of the built-in backbone",
                    side + " pixels",
                    "a multiple of " + STEP + ", at least " + 4 * STEP);
        }
        this.side = side;
        this.scope = Scope.on(backend);
        try {
            ArrayWeights weights = new ArrayWeights(NAME);
            FilterBank.put(weights, 1.0 / Pyramid.SHIFTS);
            Description.put(weights, statistics.deviations());
            RandomWaves.put(weights, WIDTH, statistics, frequency);
            fingerprint = Fingerprint.of(String.join(
                    "\n",
                    Fingerprint.of(weights),
                    Pyramid.recipe(side),
                    Arrays.toString(Description.MAPS),
                    "constant " + CONSTANT));
            filters = pack(weights, "filters", null);
            energies = pack(weights, "energies", null);
            means = pack(weights, "means", null);
            for (int i = 0; i < Description.MAPS.length; i++) {
                Description.Map map = Description.MAPS[i];
                poolings.add(new Pooling(sideOf(map.level()) / FilterBank.BLOCK, side / PATCH, map.sigma(), scope));
                describe.add(pack(weights, "describe." + i, null));
            }
            float[] last = new float[Description.width() + 1];
            last[Description.width()] = CONSTANT;
            constant = scope.upload(last, 1, last.length);
            for (int bend = 0; bend < RandomWaves.BENDS; bend++) {
                waves.add(pack(weights, "directions", "phase." + bend));
                slopes.add(upload(weights, "slope." + bend));
            }
            float[] trough = new float[WIDTH];
            Arrays.fill(trough, -1);
            middle = scope.upload(trough, 1, WIDTH);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /** Side of a level of the pyramid, in pixels. */
    private int sideOf(int level) {
        return side >> level;
    }

    private Tensor upload(ArrayWeights weights, String name) {
        return scope.upload(weights.read(name), weights.shape(name));
    }

    private PackedWeight pack(ArrayWeights weights, String name, @Nullable String bias) {
        try (Scope local = backend().scope()) {
            Tensor weight = local.upload(weights.read(name), weights.shape(name));
            Tensor added = bias == null ? null : local.upload(weights.read(bias), weights.shape(bias));
            return backend().products().pack(weight, added, scope);
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int patchSize() {
        return PATCH;
    }

    /** Resizes to the square input (antialiased bicubic). */
    @Override
    public PillowResize.Filter filter() {
        return PillowResize.Filter.BICUBIC;
    }

    /** The logarithms of the samples; 0 is a medium grey. */
    @Override
    public ImageNormalization normalization() {
        return Pyramid.LOGARITHMS;
    }

    /** Returns 1, because the shifted copies of the pyramid take much memory. */
    @Override
    public int batch() {
        return 1;
    }

    /** Size of the shifted copies of all levels of the pyramid. */
    @Override
    public int preparedSize() {
        int size = 0;
        for (int level = 0; level < Pyramid.LEVELS; level++) {
            size += copiesSize(level);
        }
        return size;
    }

    private int copiesSize(int level) {
        return Pyramid.SHIFTS * 3 * sideOf(level) * sideOf(level);
    }

    @Override
    public void prepare(float[] pixels, Tensor prepared) {
        int size = 3 * side * side;
        int count = pixels.length / size;
        for (int i = 0; i < count; i++) {
            WorkInterruptedException.check();
            float[] finest = count == 1 ? pixels : Arrays.copyOfRange(pixels, i * size, (i + 1) * size);
            prepareOne(finest, prepared.slice(i, 1).reshape(preparedSize()));
        }
    }

    private void prepareOne(float[] finest, Tensor prepared) {
        float[] planes = finest;
        int at = 0;
        for (int level = 0; level < Pyramid.LEVELS; level++) {
            planes = level == 0 ? planes : Pyramid.half(planes, sideOf(level - 1));
            float[] copy = new float[planes.length];
            for (int shift = 0; shift < Pyramid.SHIFTS; shift++) {
                Pyramid.shifted(planes, sideOf(level), shift, copy);
                prepared.slice(at, copy.length).write(copy);
                at += copy.length;
            }
        }
    }

    @Override
    public String prepare(OnnxGraph graph, String pixels) {
        return Pyramid.draw(graph, pixels, side);
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        inBatches(prepared, features, (one, found) -> featuresOfOne(one.reshape(preparedSize()), found));
    }

    private void featuresOfOne(Tensor prepared, Tensor features) {
        try (Scope local = backend().scope()) {
            Tensor described = describe(prepared, local);
            backend().normalization().l2(described, NORM_EPS, described);
            Tensor out = features.reshape(patches(), WIDTH);
            for (int bend = 0; bend < RandomWaves.BENDS; bend++) {
                Tensor sum = bend == 0 ? middle : out;
                backend()
                        .products()
                        .linear(described, waves.get(bend), new Epilogue(Activation.GELU, slopes.get(bend), sum), out);
            }
        }
    }

    /**
     * Computes the descriptions before normalisation, {@code (N, K)}. The absolute value of each number is near 1, and
     * the last number is constant.
     */
    Tensor describe(RgbImage image, Scope owner) {
        Tensor prepared = owner.allocateUninitialised(preparedSize());
        prepareOne(pixels(List.of(image)), prepared);
        return describe(prepared, owner);
    }

    private Tensor describe(Tensor prepared, Scope owner) {
        Tensor[] levels = new Tensor[Pyramid.LEVELS];
        int first = 0;
        for (int level = 0; level < levels.length; level++) {
            levels[level] = blocks(prepared.slice(first, copiesSize(level)), sideOf(level), owner);
            first += copiesSize(level);
        }
        Tensor described = owner.allocate(patches(), Description.width() + 1);
        for (int i = 0; i < Description.MAPS.length; i++) {
            Tensor pooled = poolings.get(i).apply(levels[Description.MAPS[i].level()], owner);
            Tensor sum = i == 0 ? constant : described;
            backend().products().linear(pooled, describe.get(i), Epilogue.residual(null, sum), described);
        }
        return described;
    }

    /**
     * Computes the descriptions of the blocks of one level, {@code (blocks, c)}, as the mean over the shifted copies.
     */
    private Tensor blocks(Tensor copies, int side, Scope owner) {
        int count = (side / FilterBank.BLOCK) * (side / FilterBank.BLOCK);
        Tensor sum = owner.allocate(count, FilterBank.width());
        try (Scope local = backend().scope()) {
            Tensor images = copies.reshape(Pyramid.SHIFTS, 3, side, side);
            Tensor pixels = local.allocate(Pyramid.SHIFTS, count, 3 * FilterBank.BLOCK * FilterBank.BLOCK);
            backend().convolution().patches(images, FilterBank.BLOCK, pixels);
            Tensor responses = local.allocate(Pyramid.SHIFTS, count, filters.out());
            backend().products().linear(pixels, filters, Epilogue.GELU, responses);
            for (int shift = 0; shift < Pyramid.SHIFTS; shift++) {
                Tensor own = pixels.slice(shift, 1).reshape(count, filters.in());
                Tensor rectified = responses.slice(shift, 1).reshape(count, filters.out());
                Epilogue first = shift == 0 ? Epilogue.NONE : Epilogue.residual(null, sum);
                backend().products().linear(own, means, first, sum);
                backend().products().linear(rectified, energies, Epilogue.residual(null, sum), sum);
            }
        }
        return sum;
    }

    @Override
    protected void free() {
        scope.close();
    }
}
