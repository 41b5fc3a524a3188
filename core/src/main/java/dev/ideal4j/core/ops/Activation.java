package dev.ideal4j.core.ops;

import java.util.function.DoubleUnaryOperator;

/** An element-wise function, with its formula and its derivative in float64. */
public enum Activation {
    /** The identity. */
    NONE(x -> x, x -> 1),
    /** The exact GELU: {@code x·½(1 + erf(x/√2))}. */
    GELU(
            x -> x * 0.5 * (1 + erf(x / Math.sqrt(2))),
            x -> 0.5 * (1 + erf(x / Math.sqrt(2))) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)),
    /** {@code max(x, 0)}. */
    RELU(x -> Math.max(x, 0), x -> x > 0 ? 1 : 0),
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID(x -> sigmoid(x), x -> sigmoid(x) * sigmoid(-x)),
    /** The sigmoid approximation of GELU: {@code x / (1 + e^(−1.702·x))}. CLIP was trained with it. */
    QUICK_GELU(x -> x * sigmoid(Activation.QUICK_GELU_SLOPE * x), x -> {
        double t = Activation.QUICK_GELU_SLOPE * x;
        return sigmoid(t) * (1 + t * sigmoid(-t));
    }),
    /** {@code min(max(x, 0), 6)}. */
    RELU6(x -> Math.min(Math.max(x, 0), 6), x -> x > 0 && x < 6 ? 1 : 0);

    /** Slope in the exponent of {@link #QUICK_GELU}. */
    public static final float QUICK_GELU_SLOPE = 1.702f;

    private final DoubleUnaryOperator formula;
    private final DoubleUnaryOperator derivative;

    Activation(DoubleUnaryOperator formula, DoubleUnaryOperator derivative) {
        this.formula = formula;
        this.derivative = derivative;
    }

    /** The function of a number. */
    public double at(double x) {
        return formula.applyAsDouble(x);
    }

    /** The derivative at a number. */
    public double slope(double x) {
        return derivative.applyAsDouble(x);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * Returns the error function, computed by its series of positive terms (DLMF 7.6.2), which has no cancellation:
     * {@code erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1))}.
     */
    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x); // 1 − erf 6 is 2e-17
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
