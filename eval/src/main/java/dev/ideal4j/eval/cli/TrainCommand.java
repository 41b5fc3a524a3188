package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.train.Training;
import dev.ideal4j.eval.train.TrainingPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = "Train a detector on one data set for use on another; defaults are the published ones.",
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfTrainings.class,
        footer = {
            "",
            "Trains on the source's test pictures, as published, and picks the best epoch by the target's.",
            "  ideal train --data-root data --target VisA --backbone dinov2_vits14.pth --out runs/visa"
        })
final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private TrainingOptions training;

    @Option(
            names = "--data-root",
            required = true,
            paramLabel = "DIR",
            description = "Folder that holds the data sets' folders.")
    private Path dataRoot;

    @Option(
            names = "--target",
            required = true,
            paramLabel = "NAME",
            description = "Data set to validate on: its folder below --data-root.")
    private String target;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "Data set to train on (default: VisA for the target MVTecAD, else MVTecAD).")
    private String source;

    @Option(names = "--n-shot", paramLabel = "N", description = "Normal references (default: 1).")
    private int normalShots = 1;

    @Option(names = "--a-shot", paramLabel = "N", description = "Abnormal references (default: 1).")
    private int abnormalShots = 1;

    @Option(
            names = "--setting",
            paramLabel = "SETTING",
            description = "Defects of the validation, ${COMPLETION-CANDIDATES} (default: general).")
    private Setting setting = Setting.GENERAL;

    @Option(
            names = "--a-ref-types",
            paramLabel = "N",
            description = "Types among the validation's abnormal references (default: 1).")
    private int referenceTypes = 1;

    @Option(
            names = "--ref-product",
            paramLabel = "NAME",
            description = "Product of the target whose abnormal references have a type of your choice.")
    private String referenceProduct;

    @Option(names = "--ref-type", paramLabel = "NAME", description = "That type; goes with --ref-product.")
    private String referenceType;

    @Option(
            names = "--pro-thresholds",
            paramLabel = "N",
            description = "Thresholds of the validation's published region overlap (default: 50).")
    private int proThresholds = 50;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that read the validation's pictures (default: 1).")
    private int threads = 1;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where checkpoints and logs go.")
    private Path out;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Where the backbone's features are kept, about 1.5 MB a picture; runs may share it "
                    + "(default: features/ in --out).")
    private Path cache;

    @Option(names = "--resume", description = "Go on with the run in --out, with the same options.")
    private boolean resume;

    @Override
    public void run() {
        if ((referenceProduct == null) != (referenceType == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--ref-product and --ref-type must be given together");
        }
        PrintWriter err = spec.commandLine().getErr();
        TrainingPlan plan = plan();
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(training.backbones(), on, err);
                TrainingProgress progress = new TrainingProgress(err)) {
            Path best = new Training(plan, extractor, progress, EvaluationListener.NONE).run(resume);
            spec.commandLine().getOut().println(best);
        }
    }

    private TrainingPlan plan() {
        TrainingConfig config = training.config();
        TestProtocol.ExplicitType explicit =
                referenceType == null ? null : new TestProtocol.ExplicitType(referenceProduct, referenceType);
        TestProtocol protocol =
                new TestProtocol(new Shots(normalShots, abnormalShots), setting, referenceTypes, explicit);
        return new TrainingPlan(
                Dataset.open(dataRoot, source == null ? TrainingPlan.publishedSource(target) : source),
                Dataset.open(dataRoot, target),
                protocol,
                config,
                proThresholds,
                config.batch(),
                threads,
                out,
                cache == null ? out.resolve("features") : cache);
    }
}
