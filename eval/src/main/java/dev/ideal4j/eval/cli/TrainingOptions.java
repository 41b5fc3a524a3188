package dev.ideal4j.eval.cli;

import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealObjective;
import dev.ideal4j.detectors.ideal.IdealTrainingConfig;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.MaskLayout;
import picocli.CommandLine.Option;

/** Settings of the training; the defaults are those of the published scripts. */
final class TrainingOptions {
    private static final IdealTrainingConfig PUBLISHED = IdealTrainingConfig.PUBLISHED;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs (default: 20).")
    private int epochs = PUBLISHED.epochs();

    @Option(names = "--episodes", paramLabel = "N", description = "Training episodes an epoch (default: 600).")
    private int episodes = PUBLISHED.episodes();

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Episodes an optimiser step; pictures scored at once in the validation (default: 16).")
    private int batch = PUBLISHED.batch();

    @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate (default: 1e-3).")
    private double learningRate = PUBLISHED.learningRate();

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            description = "AdamW's decay (default: 1e-4, which the published code uses whatever is given).")
    private double weightDecay = PUBLISHED.weightDecay();

    @Option(names = "--scheduler", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES} (default: cosine).")
    private IdealTrainingConfig.Schedule schedule = PUBLISHED.schedule();

    @Option(
            names = "--warmup-epochs",
            paramLabel = "N",
            description = "Epochs of rising rate (default: 2, which the published code uses whatever is given; "
                    + "fewer when there are fewer epochs).")
    private Integer warmupEpochs;

    @Option(
            names = "--grad-clip",
            paramLabel = "NORM",
            description = "Largest total norm of the gradients; 0 for no limit (default: 0).")
    private double gradientClip = PUBLISHED.gradientClip();

    @Option(names = "--dropout", paramLabel = "P", description = "Dropout in the encoder (default: 0.1).")
    private float dropout = PUBLISHED.dropout();

    @Option(names = "--vectors", paramLabel = "M", description = "Deviation vectors (default: 45).")
    private int vectors = PUBLISHED.vectors();

    @Option(names = "--nheads", paramLabel = "N", description = "Attention heads of the encoder (default: 8).")
    private int heads = IntrinsicDeviationEncoder.PUBLISHED_HEADS;

    @Option(names = "--topk", paramLabel = "K", description = "Normal neighbours of the eraser (default: 12).")
    private int neighbours = 12;

    @Option(names = "--topr", paramLabel = "R", description = "Directions that the eraser erases (default: 4).")
    private int rank = 4;

    @Option(names = "--proj-alpha", paramLabel = "A", description = "Share that the eraser erases (default: 0.8).")
    private float strength = 0.8f;

    @Option(names = "--g-loss-w", paramLabel = "W", description = "Weight of the gather loss (default: 1).")
    private float gather = IdealObjective.Weights.PUBLISHED.gather();

    @Option(names = "--or-loss-w", paramLabel = "W", description = "Weight of the orthogonality loss (default: 0.8).")
    private float orthogonality = IdealObjective.Weights.PUBLISHED.orthogonality();

    @Option(
            names = "--mask-layout",
            paramLabel = "KIND",
            description = "Whose mask an attention head sees in a batch, ${COMPLETION-CANDIDATES} (default: "
                    + "published, which mixes the batch's masks up).")
    private MaskLayout maskLayout = PUBLISHED.maskLayout();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of all draws (default: 17; published for the target MVTecAD: 77).")
    private long seed = PUBLISHED.seed();

    int batch() {
        return batch;
    }

    IdealTrainingConfig config() {
        return new IdealTrainingConfig(
                IdealConfig.builder()
                        .neighbours(neighbours)
                        .rank(rank)
                        .strength(strength)
                        .heads(heads)
                        .build(),
                vectors,
                epochs,
                episodes,
                batch,
                learningRate,
                weightDecay,
                schedule,
                warmupEpochs == null ? Math.min(PUBLISHED.warmupEpochs(), epochs) : warmupEpochs,
                gradientClip,
                dropout,
                new IdealObjective.Weights(gather, orthogonality),
                maskLayout,
                seed);
    }
}
