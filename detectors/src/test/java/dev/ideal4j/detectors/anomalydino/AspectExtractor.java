package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A DINOv2 for tests that keeps the aspect ratio as the published program does. It is set to images of one size at a time, and
 * its maps have that size.
 */
final class AspectExtractor implements FeatureExtractor {
    private static final int PATCH = 14;

    private final Backend backend;
    private final VitWeights weights;
    private final int edge;
    private final List<DinoV2> opened = new ArrayList<>();
    private RgbImage like;
    private DinoV2 network;

    AspectExtractor(Backend backend, String prefix, int edge) {
        this.backend = backend;
        this.edge = edge;
        VitConfig config = new VitConfig(64, 3, 4, 256, false, 0, PATCH, 37, VitConfig.Position.PLAIN);
        this.weights = VitWeights.seeded(config, prefix);
    }

    /** Sets the size of the images to come. */
    AspectExtractor like(RgbImage image) {
        like = image;
        DinoV2.Options options = DinoV2.Options.DEFAULT
                .withHeads(4)
                .withInput(side(image.height()) / PATCH * PATCH, side(image.width()) / PATCH * PATCH);
        network = new DinoV2(weights, options, backend);
        opened.add(network);
        return this;
    }

    private int side(int length) {
        return edge * length / Math.min(like.width(), like.height());
    }

    /** Resized, without the rest at the bottom and at the right. */
    private RgbImage cut(RgbImage image) {
        RgbImage whole =
                PillowResize.resize(image, side(image.width()), side(image.height()), PillowResize.Filter.BICUBIC);
        int width = network.inputWidth();
        byte[] samples = new byte[3 * width * network.inputHeight()];
        for (int y = 0; y < network.inputHeight(); y++) {
            System.arraycopy(whole.samples(), 3 * y * whole.width(), samples, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, network.inputHeight(), samples);
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope scope) {
        return network.features(images.stream().map(this::cut).toList(), scope);
    }

    @Override
    public int gridRows() {
        return network.gridRows();
    }

    @Override
    public int gridColumns() {
        return network.gridColumns();
    }

    @Override
    public String name() {
        return "aspect";
    }

    @Override
    public String fingerprint() {
        return network.fingerprint();
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public int width() {
        return network.width();
    }

    @Override
    public int inputHeight() {
        return like.height();
    }

    @Override
    public int inputWidth() {
        return like.width();
    }

    @Override
    public int patchSize() {
        return PATCH;
    }

    @Override
    public void close() {
        opened.forEach(DinoV2::close);
    }
}
