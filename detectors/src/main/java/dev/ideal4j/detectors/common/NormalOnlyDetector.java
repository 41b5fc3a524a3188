package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.support.Chunks;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.detectors.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A detector that learns from normal references alone and has no trained part. Immutable and thread-safe. */
public abstract class NormalOnlyDetector extends BackboneDetector {
    /**
     * Creates a detector.
     *
     * @param method name of the method
     * @param extractor the backbone; used, not closed
     * @param settings settings of the method, for records
     */
    protected NormalOnlyDetector(String method, FeatureExtractor extractor, Record settings) {
        super(method, extractor, settings);
    }

    /**
     * Fits to references. The backbone stays open during the call.
     *
     * @param normal at least one normal reference
     * @param scope scope of the fitted tensors; the returned scorer closes it
     */
    protected abstract Scorer fit(List<Reference> normal, Scope scope);

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if there is no normal reference
     */
    @Override
    protected final Scorer fit(References references, Scope scope) {
        List<Reference> normal = references.of(Role.NORMAL);
        if (normal.isEmpty()) {
            throw new InvalidInputException(
                    "references", "no normal image", "one or more: " + name() + " learns from them alone");
        }
        return fit(normal, scope);
    }

    /**
     * The settings of a fitted detector, for records; a new map.
     *
     * @param references number of references
     */
    protected final Map<String, Object> record(int references) {
        Map<String, Object> map = record();
        map.putAll(new ReferenceCount(references, 0).toMap());
        return map;
    }

    /** Receives the features of one image. */
    @FunctionalInterface
    protected interface PatchesConsumer {
        /**
         * @param features {@code (N, C)}, row-major
         * @param ignored for each patch, whether it does not count; may be modified
         */
        void accept(float[] features, boolean[] ignored);
    }

    /** Runs references through the network, a few at a time, and passes on the features of each. */
    protected final void features(Stream<Reference> references, PatchesConsumer consumer) {
        features(extractor(), references, consumer);
    }

    /** As {@link #features(Stream, PatchesConsumer)}, with another backbone of the same kind. */
    protected static void features(FeatureExtractor extractor, Stream<Reference> references, PatchesConsumer consumer) {
        Iterator<Reference> all = references.iterator();
        while (all.hasNext()) {
            List<Reference> chunk = new ArrayList<>();
            while (chunk.size() < extractor.backend().imagesAtOnce() && all.hasNext()) {
                chunk.add(all.next());
            }
            List<RgbImage> images = chunk.stream().map(Reference::image).toList();
            List<float[]> found = new ArrayList<>();
            Chunks.run(images.size(), images.size(), (first, count) -> {
                try (Scope local = extractor.backend().scope()) {
                    Tensor features = extractor.features(images.subList(first, first + count), local);
                    float[] values = features.toArray();
                    int each = values.length / count;
                    for (int i = 0; i < count; i++) {
                        found.add(Arrays.copyOfRange(values, i * each, (i + 1) * each));
                    }
                }
            });
            for (int i = 0; i < chunk.size(); i++) {
                Mask out = chunk.get(i).ignored();
                consumer.accept(
                        found.get(i),
                        out == null
                                ? new boolean[extractor.patches()]
                                : IgnoredPixels.of(out, extractor).patches());
            }
        }
    }
}
