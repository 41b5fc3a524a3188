package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Results of an evaluation, as {@code results.json} holds them: everything to compare them with others and to get them
 * again.
 *
 * @param format {@link #FORMAT}
 * @param settings what was evaluated and how
 * @param detector the detector's own settings
 * @param seeds one run each
 * @param provenance versions, backend, checksums
 * @param run when, and how long; the only part that differs between two equal runs
 * @param products results, seed by seed, product by product
 */
public record Results(
        String format,
        Map<String, Object> settings,
        Map<String, Object> detector,
        List<Long> seeds,
        Provenance provenance,
        RunTime run,
        List<ProductResult> products) {
    /** Its name in a run's output. */
    public static final String FILE = "results.json";

    /** What this version writes and reads. */
    public static final String FORMAT = "ideal4j-results-3";

    /**
     * How a run went.
     *
     * @param finished when it ended, in UTC
     * @param scored pictures that it scored, without those of a run before it that was killed
     * @param seconds that it took
     * @param cost of the detector, in this run
     */
    public record RunTime(String finished, long scored, double seconds, Cost cost) {}

    /**
     * What a detector costs, without reading pictures and computing metrics.
     *
     * @param fitSeconds to fit to a product's references, mean; NaN when nothing was fitted
     * @param scoreSeconds to score a picture, mean; NaN when nothing was scored
     * @param peakBytes most memory that the process had resident, or 0 where the system does not say
     */
    public record Cost(double fitSeconds, double scoreSeconds, long peakBytes) {}

    /**
     * Reads {@code results.json}.
     *
     * @throws FileFormatException if it is something else
     */
    public static Results read(Path file) {
        String what = "results of ideal evaluate";
        String format = Json.read(file, JsonNode.class, what).path("format").asText("none");
        if (!FORMAT.equals(format)) {
            throw new FileFormatException(file, "format " + format, FORMAT + ": evaluate again with this version");
        }
        return Json.read(file, Results.class, what);
    }

    void write(Path file) {
        Json.write(file, this);
    }

    /** The results of one seed. */
    public List<ProductResult> ofSeed(long seed) {
        return products.stream().filter(result -> result.seed() == seed).toList();
    }
}
