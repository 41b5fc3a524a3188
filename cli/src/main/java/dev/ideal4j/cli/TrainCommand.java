package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.train.Training;
import dev.ideal4j.eval.train.TrainingPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = "Train a detector on one data set for use on another. The defaults are the published settings.",
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfTrainings.class,
        footer = {
            "",
            "As published, it trains on the test images of the source, and chooses the best epoch on those of the target.",
            "With --tile, it trains on tiles of these images: in each episode on one tile of each image.",
            "  ideal train --data-root data --target VisA --backbone dinov2_vits14.pth --out runs/visa"
        })
final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private TilingOptions tiling;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "The data set to train on (default: VisA for the target MVTecAD, otherwise MVTecAD).")
    private String source;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder for checkpoints and logs.")
    private Path out;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "The folder that keeps the backbone's features, about 1.5 MB for each image. Runs may share it "
                            + "(default: features/ in --out).")
    private Path cache;

    @Option(names = "--resume", description = "Continue the run in --out. All options must be the same.")
    private boolean resume;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        TrainingPlan plan = plan();
        plan.config().warnings().forEach(warning -> err.println("warning: " + warning));
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(training.backbones(), on, err);
                TrainingProgress progress = new TrainingProgress(err)) {
            Path best = new Training(plan, extractor, progress, progress.validation()).run(resume);
            spec.commandLine().getOut().println(best);
        }
    }

    private TrainingPlan plan() {
        TrainingConfig config = training.config();
        TestProtocol validated = protocol.protocol();
        String from = source == null ? TrainingPlan.publishedSource(protocol.targetName()) : source;
        return new TrainingPlan(
                Dataset.open(protocol.dataRoot(), from),
                protocol.target(),
                validated,
                config,
                protocol.proThresholds(),
                config.batch(),
                protocol.readers(),
                out,
                cache == null ? out.resolve("features") : cache,
                tiling.tiling());
    }
}
