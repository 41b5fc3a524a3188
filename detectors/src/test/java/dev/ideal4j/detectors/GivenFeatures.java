package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A backbone for tests whose features are given: each image stands for features made elsewhere. */
public final class GivenFeatures implements FeatureExtractor {
    private final Backend backend;
    private final int gridRows;
    private final int gridColumns;
    private final int patchSize;
    private final int width;
    private final String fingerprint;
    /** The first samples of each image are its number. */
    private final Map<RgbImage, float[]> features = new ConcurrentHashMap<>();

    private final AtomicInteger passes = new AtomicInteger();
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    /** A backbone of a grid of patches, each a square of {@code patchSize} pixels, with {@code width} features. */
    public GivenFeatures(Backend backend, int gridRows, int gridColumns, int patchSize, int width, String fingerprint) {
        this.backend = backend;
        this.gridRows = gridRows;
        this.gridColumns = gridColumns;
        this.patchSize = patchSize;
        this.width = width;
        this.fingerprint = fingerprint;
    }

    /** An image of the input size with these features, {@code (N, C)}. */
    public RgbImage image(float[] patchFeatures) {
        return image(patchFeatures, inputWidth(), inputHeight());
    }

    /** An image of another size with these features. */
    public RgbImage image(float[] patchFeatures, int imageWidth, int imageHeight) {
        if (patchFeatures.length != patches() * width) {
            throw new IllegalArgumentException(patchFeatures.length + " features");
        }
        byte[] samples = new byte[3 * imageWidth * imageHeight];
        ByteBuffer.wrap(samples).putInt(features.size());
        RgbImage image = new RgbImage(imageWidth, imageHeight, samples);
        features.put(image, patchFeatures.clone());
        return image;
    }

    /** The images' features, {@code (N, C)}. */
    public float[] of(RgbImage image) {
        return features.get(image).clone();
    }

    /** How many images went through so far. */
    public int passes() {
        return passes.get();
    }

    /** How many images went through together, for each call so far. */
    public List<Integer> batches() {
        return List.copyOf(batches);
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope scope) {
        passes.addAndGet(images.size());
        batches.add(images.size());
        Tensor all = scope.allocate(images.size(), patches(), width);
        for (int i = 0; i < images.size(); i++) {
            all.slice(i, 1).write(features.get(images.get(i)));
        }
        return all;
    }

    @Override
    public String name() {
        return "given";
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int inputHeight() {
        return gridRows * patchSize;
    }

    @Override
    public int inputWidth() {
        return gridColumns * patchSize;
    }

    @Override
    public int patchSize() {
        return patchSize;
    }

    @Override
    public void close() {
        features.values().forEach(values -> Arrays.fill(values, Float.NaN));
        features.clear();
    }
}
