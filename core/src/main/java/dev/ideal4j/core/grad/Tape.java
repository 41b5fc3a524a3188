package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Records a computation for one backward pass. Used by one thread; closed at the end of the iteration, which frees every
 * value and gradient that is left. A tape that does not record computes the same values without gradients.
 */
public final class Tape implements AutoCloseable {
    private final Backend backend;
    private final Predicate<Parameter> wanted;
    private final List<Variable> computed = new ArrayList<>();
    private final Map<Parameter, Variable> parameters = new IdentityHashMap<>();
    private final Scope scope;

    private Tape(Backend backend, Predicate<Parameter> wanted) {
        this.backend = backend;
        this.wanted = wanted;
        this.scope = backend.scope();
    }

    /** A tape that records for {@link #backward}. */
    public static Tape recording(Backend backend) {
        return new Tape(backend, parameter -> true);
    }

    /**
     * A tape that records for the gradients of some parameters alone: what does not lead to them costs nothing on the way
     * back. For the gradient of an input, make it a {@link Parameter}.
     *
     * @param wanted compared by identity
     */
    public static Tape recording(Backend backend, Collection<Parameter> wanted) {
        Set<Parameter> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
        chosen.addAll(wanted);
        return new Tape(backend, chosen::contains);
    }

    /** A tape for values only: nothing needs a gradient. */
    public static Tape inference(Backend backend) {
        return new Tape(backend, parameter -> false);
    }

    /** Where this tape computes. */
    public Backend backend() {
        return backend;
    }

    /** Memory for inputs that live as long as this tape. */
    public Scope scope() {
        return scope;
    }

    /** A given tensor, of the caller's memory, without gradient. */
    public Variable constant(Tensor value) {
        return new Variable(this, value, false, null);
    }

    /** A parameter as a variable: the same one each time. */
    public Variable parameter(Parameter parameter) {
        return parameters.computeIfAbsent(parameter, p -> new Variable(this, p.value(), wanted.test(p), null));
    }

    /** The result of a function, to be written by it, in memory of its own. */
    Variable result(Shape shape, Variable... inputs) {
        boolean needsGradient = anyNeedsGradient(inputs);
        Scope memory = backend.scope();
        try {
            return add(new Variable(this, memory.allocate(shape), needsGradient, memory));
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** A result that shares memory with the first of its inputs. */
    Variable view(Tensor value, Variable... inputs) {
        return add(new Variable(this, value, anyNeedsGradient(inputs), null));
    }

    private Variable add(Variable variable) {
        computed.add(variable);
        return variable;
    }

    private boolean anyNeedsGradient(Variable[] inputs) {
        boolean any = false;
        for (Variable input : inputs) {
            if (input.tape() != this) {
                throw new InvalidInputException("variable", "one of another tape", "one of this tape");
            }
            any |= input.needsGradient();
        }
        return any;
    }

    /**
     * Computes the gradients of all parameters, last result first; each result's value and gradient are freed as soon as
     * nothing needs them. Once per tape.
     *
     * @param loss a single number
     * @throws InvalidInputException if the loss depends on no parameter: an operation without gradient is never silent
     */
    public void backward(Variable loss) {
        if (loss.shape().size() != 1 || !loss.needsGradient()) {
            throw new InvalidInputException(
                    "loss",
                    loss.shape() + (loss.needsGradient() ? "" : " that depends on no parameter"),
                    "a single number that depends on a parameter");
        }
        loss.ensureGradient().write(new float[] {1});
        for (int i = computed.size() - 1; i >= 0; i--) {
            Variable variable = computed.get(i);
            variable.runBackward();
            variable.freeGradient();
            variable.freeValue();
        }
        computed.clear();
    }

    /**
     * The gradient of a parameter after {@link #backward}; lives until the tape closes.
     *
     * @return a tensor of the parameter's shape, or null if the loss does not depend on it
     */
    public Tensor gradient(Parameter parameter) {
        Variable variable = parameters.get(parameter);
        return variable == null ? null : variable.gradient();
    }

    @Override
    public void close() {
        computed.forEach(Variable::freeGradient);
        computed.forEach(Variable::freeValue);
        computed.clear();
        parameters.values().forEach(Variable::freeGradient);
        scope.close();
    }
}
