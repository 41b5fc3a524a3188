package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.MetaJson;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The settings of an evaluation. Immutable.
 *
 * @param dataset the data set to score
 * @param protocol how references are drawn and which images are scored
 * @param seeds seeds of the draws; one run for each seed
 * @param products names of the products to evaluate; empty for all. The draws of references do not depend on it
 * @param references source of the references
 * @param rules how masks are resized, and the score that image metrics rank by
 * @param proThresholds number of thresholds of {@link PublishedPro}
 * @param batchSize number of images scored at once; results do not depend on it
 * @param threads number of threads that read images ahead; results do not depend on it
 * @param keepGoing whether an image that cannot be read is reported, counted and left out; otherwise it stops the run
 * @param saveMaps whether the anomaly maps are saved
 */
public record EvaluationPlan(
        Dataset dataset,
        TestProtocol protocol,
        List<Long> seeds,
        List<String> products,
        ReferenceSource references,
        EvaluationRules rules,
        int proThresholds,
        int batchSize,
        int threads,
        boolean keepGoing,
        boolean saveMaps) {
    /** Checks the settings. */
    public EvaluationPlan {
        seeds = List.copyOf(seeds);
        products = List.copyOf(products);
        Set<String> known = dataset.index().test().keySet();
        for (String product : products) {
            if (!known.contains(product)) {
                throw new InvalidInputException("product", product, "one of " + String.join(", ", known));
            }
        }
        if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size()) {
            throw new InvalidInputException("seeds", seeds.toString(), "at least one, each once");
        }
        if (batchSize < 1 || threads < 1) {
            throw new InvalidInputException(
                    "batch size and threads", batchSize + " and " + threads, "1 or more of each");
        }
    }

    /** The usual plan: drawn references, all products, and the published settings of metrics. */
    public EvaluationPlan(Dataset dataset, TestProtocol protocol, List<Long> seeds) {
        this(
                dataset,
                protocol,
                seeds,
                List.of(),
                new ReferenceSource.Drawn(),
                EvaluationRules.USUAL,
                PublishedPro.THRESHOLDS,
                16,
                1,
                false,
                false);
    }

    /** The tasks of a seed, sorted by the names of the products. */
    List<Task> tasks(long seed) {
        return references.tasks(dataset, protocol, seed).stream()
                .filter(task -> products.isEmpty() || products.contains(task.product()))
                .toList();
    }

    /** The settings that determine scores and metrics, by name, for {@code results.json}. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("target", dataset.name());
        settings.put("index", MetaJson.sha256(dataset.index()));
        settings.putAll(protocol.settings());
        settings.putAll(references.settings());
        settings.put("maskResize", rules.masks().name().toLowerCase(Locale.ROOT));
        settings.put("imageScore", rules.score().name().toLowerCase(Locale.ROOT));
        settings.put("proThresholds", proThresholds);
        if (rules.maxFalseAlarms() != null) {
            settings.put("maxFalseAlarms", rules.maxFalseAlarms());
        }
        return settings;
    }
}
