package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The results of an evaluation, as in {@code results.json}: everything that is needed to compare them with other results
 * and to reproduce them.
 *
 * @param format {@link #FORMAT}
 * @param settings settings of the evaluation
 * @param detector settings of the detector
 * @param seeds seeds of the references; one run for each seed
 * @param provenance versions, backend, checksums
 * @param run time and cost; the only part that differs between two equal runs
 * @param products results of each product, seed after seed
 */
public record Results(
        String format,
        Map<String, Object> settings,
        Map<String, Object> detector,
        List<Long> seeds,
        Provenance provenance,
        RunTime run,
        List<ProductResult> products) {
    /** The name of the file in a run's output folder. */
    public static final String FILE = "results.json";

    /** The format that this version writes and reads. */
    public static final String FORMAT = "ideal4j-results-4";

    /**
     * Time and cost of a run.
     *
     * @param finished time of its end, in UTC
     * @param scored number of images it scored, without those of an earlier run that was interrupted
     * @param seconds its duration in seconds
     * @param cost cost of the detector in this run
     */
    public record RunTime(String finished, long scored, double seconds, Cost cost) {}

    /**
     * The cost of a detector, without reading images and computing metrics.
     *
     * @param fitSeconds mean time in seconds to fit to a product's references; NaN if nothing was fitted
     * @param scoreSeconds mean time in seconds to score an image; NaN if nothing was scored
     * @param peakBytes most memory that the process had resident, in bytes; 0 if the system does not tell it
     */
    public record Cost(double fitSeconds, double scoreSeconds, long peakBytes) {}

    /**
     * Reads {@code results.json}.
     *
     * @throws FileFormatException if the file has another content or format
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
