package dev.ideal4j.eval.train;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.data.MetaJson;
import dev.ideal4j.eval.episodes.TestProtocol;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The data sets and settings of a training and its validation. Immutable.
 *
 * @param source data set on whose test images the method trains
 * @param target data set on whose test images each epoch is validated
 * @param protocol references of the validation, at least one of each kind; a training episode has as many
 * @param config settings of the method's training; their seed also draws references and episodes
 * @param proThresholds number of thresholds of the validation's published region overlap
 * @param validationBatch number of images scored at once in the validation; results do not depend on it
 * @param threads number of threads that read images of the validation ahead; results do not depend on it
 * @param out folder for checkpoints and logs
 * @param cache folder for features of the frozen backbone, which several trainings may share
 * @param tiling how images are cut, for episodes and the validation; null for whole images
 */
public record TrainingPlan(
        Dataset source,
        Dataset target,
        TestProtocol protocol,
        TrainingConfig config,
        int proThresholds,
        int validationBatch,
        int threads,
        Path out,
        Path cache,
        Tiling tiling) {
    /** Checks that the source has defective images, and the target masks. */
    public TrainingPlan {
        if (protocol.shots().normal() < 1 || protocol.shots().anomalous() < 1) {
            throw new InvalidInputException(
                    "shots",
                    protocol.shots().normal() + " normal and "
                            + protocol.shots().anomalous() + " anomalous references",
                    "at least one of each: training learns from both");
        }
        if (source.index().testImages(true) == 0) {
            throw new InvalidInputException(
                    "source " + source.root(), "no defective test image", "at least one to learn from");
        }
        source.index().test().values().forEach(images -> images.forEach(image -> requireMask(source, image)));
        // The best epoch is chosen by pixel AUROC, which needs masks.
        target.index().test().values().forEach(images -> images.forEach(image -> requireMask(target, image)));
    }

    /** A plan for whole images. */
    public TrainingPlan(
            Dataset source,
            Dataset target,
            TestProtocol protocol,
            TrainingConfig config,
            int proThresholds,
            int validationBatch,
            int threads,
            Path out,
            Path cache) {
        this(source, target, protocol, config, proThresholds, validationBatch, threads, out, cache, null);
    }

    private static void requireMask(Dataset dataset, LabeledImage image) {
        if (image.anomalous() && image.mask().isEmpty()) {
            throw new InvalidInputException(dataset.file(image.image()).toString(), "no mask", "a mask of its defect");
        }
    }

    /** The data set that the published protocol trains on for a target: VisA for MVTec AD, else MVTec AD. */
    public static String publishedSource(String target) {
        return target.equals("MVTecAD") ? "VisA" : "MVTecAD";
    }

    /** The settings that determine the result, by name, for {@code config.json}. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("source", source.name());
        settings.put("sourceIndex", MetaJson.sha256(source.index()));
        settings.put("target", target.name());
        settings.put("targetIndex", MetaJson.sha256(target.index()));
        settings.putAll(protocol.settings());
        settings.put("proThresholds", proThresholds);
        settings.putAll(config.toMap());
        if (tiling != null) {
            settings.put("tiles", tiling.toString());
        }
        return settings;
    }

    /** The seed of the validation, which is that of the training. */
    List<Long> seeds() {
        return List.of(config.seed());
    }
}
