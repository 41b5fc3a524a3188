package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a linear layer applies to its result before storing it: {@code out = residual + scale ⊙ f(x Wᵀ +
 * bias)}.
 *
 * @param activation f, applied to each element
 * @param scale {@code (c)} or null for 1: LayerScale
 * @param residual {@code (r′, c)} with r′ dividing the rows of the result, repeated down the rows; or null for 0. May be
 *     the output itself
 */
public record Epilogue(
        Activation activation,
        @Nullable Tensor scale,
        @Nullable Tensor residual) {
    /** Only the bias. */
    public static final Epilogue NONE = new Epilogue(Activation.NONE, null, null);

    /** The exact GELU. */
    public static final Epilogue GELU = new Epilogue(Activation.GELU, null, null);

    /** Adds the result, scaled per channel (null: 1), to {@code residual}. */
    public static Epilogue residual(@Nullable Tensor scale, Tensor residual) {
        return new Epilogue(Activation.NONE, scale, residual);
    }
}
