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
 * Records a computation for one backward pass. A tape is used by one thread and closed at the end of the iteration.
 * Closing frees all remaining values and gradients. A tape for inference computes the same values without gradients.
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

    /** Returns a tape that records for {@link #backward}. */
    public static Tape recording(Backend backend) {
        return new Tape(backend, parameter -> true);
    }

    /**
     * Returns a tape that records the gradients of some parameters only. Operations that do not depend on them cost
     * nothing in the backward pass. For the gradient of an input, wrap the input in a {@link Parameter}.
     *
     * @param wanted the parameters, compared by identity
     */
    public static Tape recording(Backend backend, Collection<Parameter> wanted) {
        Set<Parameter> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
        chosen.addAll(wanted);
        return new Tape(backend, chosen::contains);
    }

    /** Returns a tape that computes values without gradients. */
    public static Tape inference(Backend backend) {
        return new Tape(backend, parameter -> false);
    }

    /** The backend on which this tape computes. */
    public Backend backend() {
        return backend;
    }

    /** A scope for inputs. It is open as long as this tape. */
    public Scope scope() {
        return scope;
    }

    /** Returns a tensor of the caller as a variable without gradient. */
    public Variable constant(Tensor value) {
        return new Variable(this, value, false, null);
    }

    /** Returns a parameter as a variable. Repeated calls return the same variable. */
    public Variable parameter(Parameter parameter) {
        return parameters.computeIfAbsent(parameter, p -> new Variable(this, p.value(), wanted.test(p), null));
    }

    /** Allocates the result of a function in memory of its own. The function must write it. */
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

    /** Creates a result that shares memory with the first of its inputs. */
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
     * Computes the gradients of all parameters, from the last result to the first. The value and the gradient of each
     * result are freed as soon as they are no longer needed. May be called once per tape.
     *
     * @param loss a variable with a single element
     * @throws InvalidInputException if the loss has several elements or depends on no parameter that needs a gradient
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
     * Returns the gradient of a parameter after {@link #backward}. It is valid until the tape is closed.
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
