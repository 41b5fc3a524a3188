package dev.ideal4j.cli;

import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.evaluate.Results;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options that say how references are drawn, or in which folder fixed references are. */
final class EpisodeOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--seed",
            arity = "1..*",
            paramLabel = "SEED",
            description = "Seeds that references are drawn with; one run for each seed (default: 17).")
    private List<Long> seeds = List.of(17L);

    @Option(
            names = "--references",
            paramLabel = "DIR",
            description =
                    "Folder of fixed references, in place of drawn references: PRODUCT/normal and PRODUCT/abnormal in "
                            + "DIR/TARGET or DIR. The mask of an image NAME.png is NAME_mask.png in the same folder.")
    private Path references;

    @Option(
            names = "--exclude",
            paramLabel = "WHICH",
            description =
                    "With --references, the images that are not scored: those equal to a used reference, or, as published, "
                            + "those that the seed would have drawn: ${COMPLETION-CANDIDATES} (default: used).")
    private Tasks.Exclusion exclusion = Tasks.Exclusion.USED;

    @Option(
            names = "--reference-draw",
            paramLabel = "KIND",
            description =
                    "The images that references are drawn from (default: test). test: the test images, of which the others "
                            + "are scored. loader: the training images, in the order of VisionAD's published program; needs "
                            + "--a-shot 0.")
    private Draw draw = Draw.TEST;

    @Option(
            names = "--references-file",
            paramLabel = "RESULTS",
            description =
                    "Take the references of an earlier run, from its results.json. Seeds, numbers of references and the "
                            + "setting then come from there. With --a-shot 0, the anomalous references are left out, and "
                            + "the same images are scored.")
    private Path recorded;

    private Results results;

    /** The results whose references are taken, or null. */
    Results recorded() {
        if (recorded != null && results == null) {
            ParseResult parsed = spec.commandLine().getParseResult();
            for (String option : new String[] {
                "--seed",
                "--references",
                "--reference-draw",
                "--n-shot",
                "--a-shot",
                "--setting",
                "--a-ref-types",
                "--ref-product"
            }) {
                boolean none =
                        option.equals("--a-shot") && Integer.valueOf(0).equals(parsed.matchedOptionValue(option, 1));
                if (parsed.hasMatchedOption(option) && !none) {
                    throw new CommandLine.ParameterException(
                            spec.commandLine(), option + ": it comes from --references-file " + recorded);
                }
            }
            results = Results.read(recorded);
        }
        return results;
    }

    /** See {@code --reference-draw}. */
    private enum Draw {
        TEST,
        LOADER
    }

    List<Long> seeds() {
        if (recorded() != null) {
            return recorded().seeds();
        }
        OptionRange range = new OptionRange(spec);
        range.require(new HashSet<>(seeds).size() == seeds.size(), "--seed", seeds, "each seed once");
        seeds.forEach(seed -> range.require(seed >>> 32 == 0, "--seed", seed, "0 to 4294967295"));
        return seeds;
    }

    ReferenceSource references() {
        if (recorded() != null) {
            return recorded().references(recorded.toString());
        }
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
