package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.MetaJson;
import dev.ideal4j.eval.episodes.ReferenceFolder;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is evaluated, and how. Immutable.
 *
 * @param dataset the target
 * @param protocol how references are drawn and which pictures are scored
 * @param seeds one run each
 * @param products those evaluated; none stands for all. Draws are the same whatever is chosen here
 * @param references folder of fixed references, or null for drawn ones
 * @param exclusion with fixed references: which pictures are not scored
 * @param proThresholds thresholds of {@link PublishedPro}
 * @param batchSize pictures scored at once; of no influence on results
 * @param threads threads that read pictures ahead; of no influence on results
 * @param keepGoing whether a picture that cannot be read is reported, counted and left out; else it stops the run
 * @param saveMaps whether the anomaly maps are kept
 */
public record EvaluationPlan(
        Dataset dataset,
        TestProtocol protocol,
        List<Long> seeds,
        List<String> products,
        Path references,
        Tasks.Exclusion exclusion,
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

    /** The usual plan: drawn references, all products, the published settings of metrics. */
    public EvaluationPlan(Dataset dataset, TestProtocol protocol, List<Long> seeds) {
        this(
                dataset,
                protocol,
                seeds,
                List.of(),
                null,
                Tasks.Exclusion.USED,
                PublishedPro.THRESHOLDS,
                16,
                1,
                false,
                false);
    }

    /** The tasks of a seed, in order of the products' names. */
    List<Task> tasks(long seed) {
        List<Task> tasks = references == null
                ? Tasks.drawn(dataset, protocol, seed)
                : Tasks.fixed(dataset, protocol, seed, ReferenceFolder.of(references, dataset.name()), exclusion);
        return tasks.stream()
                .filter(task -> products.isEmpty() || products.contains(task.product()))
                .toList();
    }

    /** The settings that shape scores and metrics, for records. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("target", dataset.name());
        settings.put("index", MetaJson.sha256(dataset.index()));
        settings.put("nShot", protocol.shots().normal());
        settings.put("aShot", protocol.shots().anomalous());
        settings.put("setting", protocol.setting().name().toLowerCase(Locale.ROOT));
        settings.put("aRefTypes", protocol.referenceTypes());
        if (protocol.explicit() != null) {
            settings.put("refProduct", protocol.explicit().product());
            settings.put("refType", protocol.explicit().type());
        }
        if (references != null) {
            settings.put("references", references.toString());
            settings.put("exclude", exclusion.name().toLowerCase(Locale.ROOT));
        }
        settings.put("proThresholds", proThresholds);
        return settings;
    }
}
