package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Embedding;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.ide.AttendedPatches;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * NAGL's trained head (arXiv 2510.00495). Learnable proxies attend to the residuals of the abnormal references inside their
 * masks (residual mining, RM), then to the residuals of the query (anomaly feature learning, AFL). The result are the anomaly
 * proxies, with which the query is compared. Thread-safe while its parameters are not trained; valid as long as their scope.
 */
final class NaglHead {
    /** Number of proxies in the published models. */
    static final int PUBLISHED_PROXIES = 25;

    private static final String PROXIES = "learnable_proxies";
    private static final String MINING = "rm";

    private final int width;
    private final int heads;
    private final int proxies;
    private final Embedding learnable;
    private final ProxyAttention mining;
    private final AnomalyLearning learning;

    /**
     * Creates a head with parameters under their published names. Fresh parameters have the published distributions.
     *
     * @param proxies number of proxies, P, 1 or more
     * @param width feature width, C, even
     * @param heads attention heads, a divisor of the width
     */
    NaglHead(Parameters parameters, int proxies, int width, int heads) {
        if (proxies < 1) {
            throw new InvalidInputException("proxies", Integer.toString(proxies), "1 or more");
        }
        this.width = width;
        this.heads = heads;
        this.proxies = proxies;
        this.learnable = new Embedding(parameters, PROXIES, proxies, width);
        this.mining = new ProxyAttention(parameters, MINING, width, heads);
        this.learning = new AnomalyLearning(parameters, width, heads);
    }

    /** Names and shapes of the parameters in the order of published checkpoints. */
    static Map<String, Shape> shapes(int proxies, int width) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(PROXIES + ".weight", Shape.of(proxies, width));
        ProxyAttention.shapes(MINING, width, shapes);
        AnomalyLearning.shapes(width, shapes);
        return shapes;
    }

    /**
     * Finds a head's weights among others, under any prefix. In published checkpoints the prefix is {@code module.}.
     *
     * @throws InvalidInputException if a weight is missing, found twice, or has a shape that does not fit the proxies
     */
    static RenamedWeights find(Weights weights) {
        String name = RenamedWeights.find(weights, "NAGL head", PROXIES + ".weight");
        Shape shape = weights.shape(name);
        if (shape.rank() != 2 || shape.size() == 0) {
            throw new InvalidInputException(
                    weights.origin() + ": " + name, "shape " + shape, "a matrix (proxies, width)");
        }
        return RenamedWeights.byEnding(weights, "NAGL head", shapes(shape.axis(0), shape.axis(1)));
    }

    /** Number of proxies of a head's weights. */
    static int proxies(Weights weights) {
        return weights.shape(PROXIES + ".weight").axis(0);
    }

    /** Feature width of a head's weights. */
    static int width(Weights weights) {
        return weights.shape(PROXIES + ".weight").axis(1);
    }

    /** Number of proxies, P. */
    int proxies() {
        return proxies;
    }

    /** Number of attention heads. */
    int heads() {
        return heads;
    }

    /** The part that processes queries. */
    AnomalyLearning learning() {
        return learning;
    }

    /**
     * Residual mining.
     *
     * @param features features of the abnormal references' attended patches, {@code (b, L, C)}
     * @param residuals residuals of these patches, {@code (b, L, C)}; finite also for padding
     * @param patches says which patches these are
     * @return residual proxies, {@code (b, P, C)}
     */
    Variable mine(Tape tape, Tensor features, Tensor residuals, AttendedPatches patches) {
        Tensor keys = patches.positions(width, tape.scope());
        tape.backend().activations().add(keys, 1, features, keys);
        Variable tokens = learnable.repeated(tape, patches.samples());
        return mining.apply(tokens, keys, residuals, patches.keyBias(tape.scope()));
    }
}
