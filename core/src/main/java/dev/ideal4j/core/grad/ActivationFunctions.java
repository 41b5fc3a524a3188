package dev.ideal4j.core.grad;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;
import java.util.Arrays;

/** Differentiable {@link Activations}. */
public final class ActivationFunctions {
    private ActivationFunctions() {}

    /** Returns {@code f(x)} for each element. */
    public static Variable apply(Activation f, Variable x) {
        Variable result = x.tape().result(x.shape(), x);
        Activations activations = x.backend().activations();
        activations.apply(f, x.value(), result.value());
        result.onBackward(x, (dOut, dx) -> activations.gradient(f, x.value(), dOut, dx));
        return result;
    }

    /**
     * Returns {@code max(x, 0)}, computed in place in x to save memory.
     *
     * @param x a variable that nothing else uses, from an operation whose backward step does not need its result: batch
     *     normalisation, convolution, addition
     */
    public static Variable reluInPlace(Variable x) {
        Variable result = x.tape().view(x.value(), x);
        Activations activations = x.backend().activations();
        activations.apply(Activation.RELU, x.value(), x.value());
        result.onBackward(x, (dOut, dx) -> activations.gradient(Activation.RELU, result.value(), dOut, dx));
        return result;
    }

    /** Returns {@code |x|} for each element. The gradient at 0 is 0. */
    public static Variable absolute(Variable x) {
        return add(apply(Activation.RELU, x), 1, apply(Activation.RELU, affine(x, -1, 0)));
    }

    /** Returns the softmax of each row. */
    public static Variable softmax(Variable x) {
        Variable result = x.tape().result(x.shape(), x);
        Activations activations = x.backend().activations();
        activations.softmax(x.value(), result.value());
        result.onBackward(x, (dOut, dx) -> activations.softmaxGradient(result.value(), dOut, dx));
        return result;
    }

    /** Returns {@code a + factor · b}. The size of b must divide the size of a, and b is repeated along a. */
    public static Variable add(Variable a, float factor, Variable b) {
        Variable result = a.tape().result(a.shape(), a, b);
        Activations activations = a.backend().activations();
        activations.add(a.value(), factor, b.value(), result.value());
        result.onBackward((dOut, targets) -> {
            targets.to(a, da -> a.backend().copy(dOut, da));
            targets.to(b, db -> {
                int size = Math.toIntExact(b.shape().size());
                int repeats = Math.toIntExact(dOut.shape().size() / size);
                Tensor sum = targets.temporaries().allocate(size);
                a.backend().reductions().columnSum(dOut.reshape(repeats, size), sum);
                activations.add(db.reshape(size), factor, sum, db.reshape(size));
            });
        });
        return result;
    }

    /**
     * Returns {@code a + b}, computed in place in a to save memory.
     *
     * @param a same condition as for {@link #reluInPlace}
     * @param b a variable of the same shape
     */
    public static Variable addInPlace(Variable a, Variable b) {
        Variable result = a.tape().view(a.value(), a, b);
        a.backend().activations().add(a.value(), 1, b.value(), a.value());
        result.onBackward((dOut, targets) -> {
            for (Variable input : new Variable[] {a, b}) {
                targets.to(input, d -> a.backend().copy(dOut, d));
            }
        });
        return result;
    }

    /** Returns {@code shift + factor · x}. */
    public static Variable affine(Variable x, float factor, float shift) {
        Variable result = x.tape().result(x.shape(), x);
        Activations activations = x.backend().activations();
        float[] shifts = new float[Math.toIntExact(x.shape().size())];
        Arrays.fill(shifts, shift);
        result.value().write(shifts);
        activations.add(result.value(), factor, x.value(), result.value());
        result.onBackward(x, (dOut, dx) -> activations.add(dx, factor, dOut, dx));
        return result;
    }

    /** Applies seeded dropout to the elements. */
    public static Variable dropout(Variable x, Dropout dropout) {
        if (dropout.isNone()) {
            return x;
        }
        Variable result = x.tape().result(x.shape(), x);
        Activations activations = x.backend().activations();
        activations.dropout(x.value(), dropout, result.value());
        result.onBackward(x, (dOut, dx) -> activations.dropout(dOut, dropout, dx));
        return result;
    }
}
