package dev.ideal4j.eval.train;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.data.MetaJson;
import dev.ideal4j.eval.episodes.TestProtocol;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is trained on, what is validated on, and how. Immutable.
 *
 * @param source data set whose test pictures are trained on
 * @param target data set whose test pictures each epoch is judged by
 * @param protocol references of the validation; training episodes have as many. At least one of each kind
 * @param config settings of the method's training; its seed draws references and episodes too
 * @param proThresholds thresholds of the validation's published region overlap
 * @param validationBatch pictures scored at once in the validation; of no influence on results
 * @param threads threads that read pictures of the validation ahead; of no influence on results
 * @param out folder for checkpoints and logs
 * @param cache folder for features of the frozen backbone, which several trainings may share
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
        Path cache) {
    /** Checks that there is something to learn from. */
    public TrainingPlan {
        if (protocol.shots().normal() < 1 || protocol.shots().anomalous() < 1) {
            throw new InvalidInputException(
                    "shots",
                    protocol.shots().normal() + " normal and "
                            + protocol.shots().anomalous() + " abnormal references",
                    "at least one of each: training learns from both");
        }
        if (source.index().testImages(true) == 0) {
            throw new InvalidInputException(
                    "source " + source.root(), "no defective test image", "some, to learn deviations from");
        }
        source.index().test().values().forEach(images -> images.forEach(image -> requireMask(source, image)));
        // Without masks the target has no pixel AUROC, by which the best epoch is chosen.
        target.index().test().values().forEach(images -> images.forEach(image -> requireMask(target, image)));
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

    /** What shapes the result, for records. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("source", source.name());
        settings.put("sourceIndex", MetaJson.sha256(source.index()));
        settings.put("target", target.name());
        settings.put("targetIndex", MetaJson.sha256(target.index()));
        settings.put("nShot", protocol.shots().normal());
        settings.put("aShot", protocol.shots().anomalous());
        settings.put("setting", protocol.setting().name().toLowerCase(Locale.ROOT));
        settings.put("aRefTypes", protocol.referenceTypes());
        if (protocol.explicit() != null) {
            settings.put("refProduct", protocol.explicit().product());
            settings.put("refType", protocol.explicit().type());
        }
        settings.put("proThresholds", proThresholds);
        settings.putAll(config.toMap());
        return settings;
    }

    /** Seeds of the validation: the training's. */
    List<Long> seeds() {
        return List.of(config.seed());
    }
}
