package dev.ideal4j.backbone;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;

/**
 * A feature extractor whose work has two parts: what the host prepares of pictures, and what the device then does with it,
 * which is the same for all pictures, so that a {@link dev.ideal4j.core.Backend} can record it.
 */
public interface PreparedExtractor extends FeatureExtractor {
    /** Numbers that the device gets of a picture, S. */
    int preparedSize();

    /**
     * The host's part.
     *
     * @param images of any sizes
     * @return {@code (b, S)}, row-major
     */
    float[] prepare(List<RgbImage> images);

    /**
     * The device's part. From its second time on it gives the device nothing but commands.
     *
     * @param prepared {@code (b, S)}, as {@link #prepare} gives it; not modified
     * @param features {@code (b, N, C)}, written: what {@link #features(List, dev.ideal4j.core.Scope)} gives
     */
    void features(Tensor prepared, Tensor features);
}
