package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References;
import dev.ideal4j.ide.EncoderWeights;
import java.util.Arrays;

/** Reads the fixtures of {@code golden/ideal}: per sample features of a query and of references, and what comes of them. */
final class IdealFixture {
    final Fixture values;
    final int batch;
    final int grid;
    final int width;
    final int patchSize;
    final int normalShots;
    final int abnormalShots;

    IdealFixture(String name) {
        this.values = Fixture.open("ideal/" + name + ".safetensors");
        this.batch = values.metaInt("batch");
        this.grid = values.metaInt("grid");
        int[] query = values.shape("query");
        this.width = query[query.length - 1];
        int[] mask = values.shape("query_mask");
        this.patchSize = mask[mask.length - 1] / grid;
        this.normalShots = values.metaInt("n_shot");
        this.abnormalShots = values.metaInt("a_shot");
    }

    /** The fixture's settings, without smoothing. */
    IdealConfig config() {
        return IdealConfig.builder()
                .neighbours(values.metaInt("topk"))
                .rank(values.metaInt("topr"))
                .strength(Float.parseFloat(values.meta("proj_alpha")))
                .heads(values.metaInt("heads"))
                .smoothing(0)
                .build();
    }

    Weights weights() {
        return new SeededWeights(values.meta("seed_prefix"), EncoderWeights.shapes(values.metaInt("vectors"), width));
    }

    GivenFeatures extractor(Backend backend) {
        return new GivenFeatures(backend, grid, grid, patchSize, width, "fixture");
    }

    RgbImage query(GivenFeatures extractor, int sample) {
        return extractor.image(sample(values, "query", sample));
    }

    References references(GivenFeatures extractor, int sample) {
        References.Builder builder = References.builder();
        for (int i = 0; i < normalShots; i++) {
            builder.normal(extractor.image(part(sample(values, "normal", sample), i, normalShots)));
        }
        for (int i = 0; i < abnormalShots; i++) {
            RgbImage image = extractor.image(part(sample(values, "abnormal", sample), i, abnormalShots));
            builder.abnormal(image, mask(part(sample(values, "abnormal_mask", sample), i, abnormalShots)));
        }
        return builder.build();
    }

    private Mask mask(float[] pixels) {
        boolean[] set = new boolean[pixels.length];
        for (int i = 0; i < set.length; i++) {
            set[i] = pixels[i] > 0;
        }
        return new Mask(grid * patchSize, grid * patchSize, set);
    }

    /** A sample of a tensor whose first axis is the batch. */
    static float[] sample(Fixture values, String tensor, int sample) {
        return part(values.floats(tensor), sample, values.shape(tensor)[0]);
    }

    private static float[] part(float[] all, int index, int count) {
        int size = all.length / count;
        return Arrays.copyOfRange(all, index * size, (index + 1) * size);
    }
}
