package dev.ideal4j.eval.cli;

import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.episodes.TestProtocol;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which pictures are references and which are scored; names and defaults are the published programs'. */
final class EpisodeOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--n-shot", paramLabel = "N", description = "Normal references a product (default: 1).")
    private int normal = 1;

    @Option(names = "--a-shot", paramLabel = "A", description = "Abnormal references a product (default: 1).")
    private int abnormal = 1;

    @Option(
            names = "--setting",
            paramLabel = "SETTING",
            description =
                    "general: score all other pictures; hard: leave out the types of defect that the references show "
                            + "(default: general).")
    private Setting setting = Setting.GENERAL;

    @Option(
            names = "--a-ref-types",
            paramLabel = "R",
            description = "Types of defect among the abnormal references (default: 1).")
    private int types = 1;

    @Option(
            names = "--test-ref-object",
            paramLabel = "PRODUCT",
            description = "With --test-ref-anomaly-type: give this product abnormal references of that type.")
    private String product;

    @Option(names = "--test-ref-anomaly-type", paramLabel = "TYPE", description = "See --test-ref-object.")
    private String type;

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

    TestProtocol protocol() {
        if ((product == null) != (type == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--test-ref-object and --test-ref-anomaly-type belong together");
        }
        TestProtocol.ExplicitType explicit = product == null ? null : new TestProtocol.ExplicitType(product, type);
        return new TestProtocol(new Shots(normal, abnormal), setting, types, explicit);
    }

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
