package dev.ideal4j.detectors.training;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Turns episodes into tensors, with features from a cache. */
public final class EpisodeBatches {
    private final FeatureCache cache;
    private final FeatureExtractor extractor;
    /** The mask of a normal image. */
    private final Mask none;

    /** Creates batches with the features of a cache. */
    public EpisodeBatches(FeatureCache cache) {
        this.cache = cache;
        this.extractor = cache.extractor();
        int pixels = extractor.inputWidth() * extractor.inputHeight();
        this.none = new Mask(extractor.inputWidth(), extractor.inputHeight(), new boolean[pixels]);
    }

    /**
     * Creates the batch of some episodes, all with the same numbers of references.
     *
     * @param scope owns the tensors
     * @throws InvalidInputException if an episode has no normal or no abnormal reference
     */
    public EpisodeBatch of(List<Episode> episodes, Scope scope) {
        int samples = episodes.size();
        int patches = extractor.patches();
        int width = extractor.width();
        int normals = episodes.get(0).normal().size();
        int abnormals = episodes.get(0).abnormal().size();
        if (normals == 0 || abnormals == 0) {
            throw new InvalidInputException(
                    "episode", normals + " normal and " + abnormals + " abnormal references", "at least one of each");
        }
        cache.prepare(episodes.stream()
                .flatMap(episode -> Stream.of(List.of(episode.query()), episode.normal(), episode.abnormal()))
                .flatMap(List::stream)
                .toList());
        Tensor query = scope.allocate(samples, patches, width);
        Tensor normal = scope.allocate(samples, normals * patches, width);
        Tensor abnormal = scope.allocate(samples, abnormals * patches, width);
        int[] labels = new int[samples];
        List<Mask> targets = new ArrayList<>();
        List<List<PatchMask>> masks = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            Episode episode = episodes.get(sample);
            fill(query.slice(sample, 1), List.of(episode.query()));
            fill(normal.slice(sample, 1), episode.normal());
            fill(abnormal.slice(sample, 1), episode.abnormal());
            Mask mask = resized(episode.query());
            labels[sample] = mask == null ? 0 : 1;
            targets.add(mask == null ? none : mask);
            masks.add(episode.abnormal().stream().map(this::patchMask).toList());
        }
        Indices label = scope.allocateIndices(samples);
        label.write(labels);
        return new EpisodeBatch(
                extractor.gridRows(), extractor.gridColumns(), query, normal, abnormal, masks, label, targets);
    }

    /** Writes the features of the images one after another. */
    private void fill(Tensor to, List<TrainingImage> images) {
        Tensor perImage = to.reshape(images.size(), extractor.patches(), extractor.width());
        for (int i = 0; i < images.size(); i++) {
            perImage.slice(i, 1).write(cache.features(images.get(i)));
        }
    }

    private PatchMask patchMask(TrainingImage reference) {
        Mask mask = resized(reference);
        if (mask == null) {
            throw new InvalidInputException("abnormal reference " + reference.key(), "no mask", "a marked defect");
        }
        return PatchMask.of(mask, extractor.patchSize());
    }

    private Mask resized(TrainingImage image) {
        Mask mask = image.mask();
        return mask == null ? null : mask.resize(extractor.inputWidth(), extractor.inputHeight());
    }
}
