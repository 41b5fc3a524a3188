package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.ops.Activation;
import java.util.Random;

/** Losses for DevNet's training. Each is a function of image scores and labels. */
public enum DevNetLoss {
    /**
     * The published deviation loss: the mean of {@code (1 − y) |dev| + y max(5 − dev, 0)} with {@code dev = (score − m)/s},
     * where m and s are the mean and the standard deviation of a normally distributed random sample.
     */
    DEVIATION,
    /** Binary cross-entropy. The score is the logit. */
    BCE,
    /** Focal loss with exponent 2, without class weights. The score is the logit. */
    FOCAL;

    /** Least deviation of anomalies that causes no loss. */
    static final float MARGIN = 5;

    /** Size of the random sample for {@link #DEVIATION}. */
    private static final int SAMPLE = 5000;

    /**
     * Mean and standard deviation (with n − 1) of a sample that represents the scores of normal images.
     *
     * @param mean m
     * @param deviation s, above 0
     */
    record Reference(double mean, double deviation) {
        /** Computes both from given numbers. */
        static Reference of(float[] sample) {
            double sum = 0;
            for (float value : sample) {
                sum += value;
            }
            double mean = sum / sample.length;
            double squares = 0;
            for (float value : sample) {
                squares += (value - mean) * (value - mean);
            }
            return new Reference(mean, Math.sqrt(squares / (sample.length - 1)));
        }

        /** Computes both from 5000 random numbers of N(0, 1); equal seeds give equal numbers. */
        static Reference drawn(long seed) {
            Random random = new Random(seed);
            float[] sample = new float[SAMPLE];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = (float) random.nextGaussian();
            }
            return of(sample);
        }
    }

    /**
     * The loss of a batch.
     *
     * @param scores {@code (b)}
     * @param labels for each sample 1 for an anomaly, otherwise 0
     * @param reference reference of this batch; used by {@link #DEVIATION} alone
     * @return a single number
     */
    Variable of(Variable scores, float[] labels, Reference reference) {
        Tensor targets = scores.tape().scope().upload(labels, labels.length);
        return switch (this) {
            case DEVIATION -> deviation(scores, labels, reference);
            case BCE -> LossFunctions.focal(scores, targets, -1, 0);
            case FOCAL -> LossFunctions.focal(scores, targets, -1, 2);
        };
    }

    private static Variable deviation(Variable scores, float[] labels, Reference reference) {
        float factor = (float) (1 / reference.deviation);
        Variable dev = ActivationFunctions.affine(scores, factor, (float) (-reference.mean / reference.deviation));
        Variable normal = ActivationFunctions.absolute(dev);
        Variable abnormal = ActivationFunctions.apply(Activation.RELU, ActivationFunctions.affine(dev, -1, MARGIN));
        float[] normalShare = new float[labels.length];
        float[] abnormalShare = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            normalShare[i] = (1 - labels[i]) / labels.length;
            abnormalShare[i] = labels[i] / labels.length;
        }
        Variable loss = ActivationFunctions.add(weighted(normal, normalShare), 1, weighted(abnormal, abnormalShare));
        return ShapeFunctions.reshape(loss, 1);
    }

    private static Variable weighted(Variable values, float[] weights) {
        Tape tape = values.tape();
        Variable column = tape.constant(tape.scope().upload(weights, weights.length, 1));
        return ProductFunctions.multiply(ShapeFunctions.reshape(values, 1, weights.length), column);
    }
}
