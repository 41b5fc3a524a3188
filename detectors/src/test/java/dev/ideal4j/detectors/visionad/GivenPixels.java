package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A network for tests whose images stand for given normalised pixels. */
final class GivenPixels implements PixelExtractor {
    private final PixelExtractor network;
    private final Map<RgbImage, float[]> pixels = new IdentityHashMap<>();

    GivenPixels(PixelExtractor network) {
        this.network = network;
    }

    /** An image of these pixels, {@code (3, h, w)}. */
    RgbImage image(float[] values) {
        RgbImage image = new RgbImage(1, 1, new byte[3]);
        pixels.put(image, values);
        return image;
    }

    @Override
    public PillowResize.Filter filter() {
        return network.filter();
    }

    @Override
    public ImageNormalization normalization() {
        return network.normalization();
    }

    @Override
    public RgbImage resized(RgbImage image) {
        return image;
    }

    @Override
    public float[] pixels(List<RgbImage> images) {
        int size = 3 * inputHeight() * inputWidth();
        float[] all = new float[images.size() * size];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(pixels.get(images.get(i)), 0, all, i * size, size);
        }
        return all;
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        network.features(prepared, features);
    }

    @Override
    public Tensor imageEmbeddings(float[] given, int count, Scope scope) {
        return network.imageEmbeddings(given, count, scope);
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public String fingerprint() {
        return network.fingerprint();
    }

    @Override
    public Backend backend() {
        return network.backend();
    }

    @Override
    public int width() {
        return network.width();
    }

    @Override
    public int inputHeight() {
        return network.inputHeight();
    }

    @Override
    public int inputWidth() {
        return network.inputWidth();
    }

    @Override
    public int patchSize() {
        return network.patchSize();
    }

    @Override
    public void close() {
        network.close();
    }
}
