package dev.ideal4j.eval.train;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealTrainingConfig;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import java.io.IOException;
import java.nio.file.Path;

/** A training of a second: generated images, a random network of two blocks, and 16 patches per image. */
final class SmallRun {
    static final int EPOCHS = 3;
    static final int EPISODES = 10;
    static final int BATCH = 4;
    static final int ITERATIONS = 3;

    private SmallRun() {}

    /** Writes the data sets. */
    static void writeData(Path root) throws IOException {
        MadeImages.write(root.resolve("source"), 3);
        MadeImages.write(root.resolve("target"), 2);
    }

    static IdealTrainingConfig config(int episodes) {
        IdealTrainingConfig published = IdealTrainingConfig.PUBLISHED;
        return new IdealTrainingConfig(
                IdealConfig.builder().heads(2).neighbours(6).rank(2).build(),
                5,
                EPOCHS,
                episodes,
                BATCH,
                1e-2,
                published.weightDecay(),
                published.schedule(),
                1,
                0,
                published.dropout(),
                published.weights(),
                published.maskLayout(),
                17);
    }

    static TrainingPlan plan(Path root, Path out, Shots shots, int episodes) {
        return new TrainingPlan(
                Dataset.open(root, "source"),
                Dataset.open(root, "target"),
                new TestProtocol(shots, Setting.GENERAL),
                config(episodes),
                50,
                4,
                1,
                out,
                out.resolve("features"));
    }

    static DinoV2 network(Backend backend) {
        VitConfig shape = new VitConfig(24, 2, 2, 48, false, 0, 14, 4, VitConfig.Position.PLAIN);
        return new DinoV2(VitWeights.seeded(shape, "small/"), DinoV2.Options.DEFAULT.withInput(56, 56), backend);
    }

    /** Runs the usual plan in a backend of its own. */
    static Path run(Path root, Path out, TrainingListener listener, boolean resume) {
        return run(plan(root, out, new Shots(1, 1), EPISODES), listener, resume);
    }

    static Path run(TrainingPlan plan, TrainingListener listener, boolean resume) {
        try (Backend backend = Backends.open("cpu");
                DinoV2 network = network(backend)) {
            return new Training(plan, network, listener, EvaluationListener.NONE).run(resume);
        }
    }
}
