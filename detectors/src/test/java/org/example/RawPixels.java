package org.example;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;

/** A backbone from outside: the features of a patch are its pixels. */
final class RawPixels implements PixelExtractor {
    static final String NAME = "raw-pixels";

    private static final int PATCH = 8;

    private final int side;
    private final Backend backend;

    RawPixels(int side, Backend backend) {
        this.side = side;
        this.backend = backend;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String fingerprint() {
        return NAME + " " + side;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public int width() {
        return 3 * PATCH * PATCH;
    }

    @Override
    public int inputHeight() {
        return side;
    }

    @Override
    public int inputWidth() {
        return side;
    }

    @Override
    public int patchSize() {
        return PATCH;
    }

    @Override
    public PillowResize.Filter filter() {
        return PillowResize.Filter.BILINEAR;
    }

    @Override
    public ImageNormalization normalization() {
        return ImageNormalization.IMAGENET;
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        Tensor images = prepared.reshape(prepared.shape().axis(0), 3, side, side);
        backend.convolution().patches(images, PATCH, features);
    }

    @Override
    public void close() {}
}
