package dev.ideal4j.cli;

import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Tasks;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** By what references are drawn, or where fixed ones are. */
final class EpisodeOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

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

    @Option(
            names = "--reference-draw",
            paramLabel = "KIND",
            description =
                    "Where references are drawn from: test, the test pictures, of which the others are scored; loader, the "
                            + "training parts, in the order of VisionAD's published program, with --a-shot 0 (default: test).")
    private Draw draw = Draw.TEST;

    /** See {@code --reference-draw}. */
    private enum Draw {
        TEST,
        LOADER
    }

    List<Long> seeds() {
        OptionRange range = new OptionRange(spec);
        range.require(new HashSet<>(seeds).size() == seeds.size(), "--seed", seeds, "each seed once");
        seeds.forEach(seed -> range.require(seed >>> 32 == 0, "--seed", seed, "0 to 4294967295"));
        return seeds;
    }

    ReferenceSource references() {
        if (references != null && draw == Draw.LOADER) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--references takes the place of --reference-draw");
        }
        if (draw == Draw.LOADER) {
            return new ReferenceSource.Loader();
        }
        return references == null ? new ReferenceSource.Drawn() : new ReferenceSource.Fixed(references, exclusion);
    }
}
