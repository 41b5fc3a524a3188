package dev.ideal4j.eval.cli;

import dev.ideal4j.eval.episodes.Tasks;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** By what references are drawn, or where fixed ones are. */
final class EpisodeOptions {
    @Option(
            names = "--seed",
            arity = "1..*",
            paramLabel = "SEED",
            description = "Seeds that references are drawn by, a run each (default: 17).")
    private List<Long> seeds = List.of(17L);

    @Option(
            names = "--references",
            paramLabel = "DIR",
            description =
                    "Fixed references in place of drawn ones: PRODUCT/normal and PRODUCT/abnormal in DIR/TARGET or DIR, "
                            + "masks beside the pictures as NAME_mask.png.")
    private Path references;

    @Option(
            names = "--exclude",
            paramLabel = "WHICH",
            description =
                    "With --references: do not score pictures equal to those used, or those that the seed would have "
                            + "drawn, as published: ${COMPLETION-CANDIDATES} (default: used).")
    private Tasks.Exclusion exclusion = Tasks.Exclusion.USED;

    List<Long> seeds() {
        return seeds;
    }

    Path references() {
        return references;
    }

    Tasks.Exclusion exclusion() {
        return exclusion;
    }
}
