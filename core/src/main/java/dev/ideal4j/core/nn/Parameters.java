package dev.ideal4j.core.nn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The parameters of a model by name, in the order of their creation. As {@link Weights}, they are the content of a
 * checkpoint. They are allocated in the given scope.
 */
public final class Parameters implements Weights {
    private final Map<String, Parameter> byName = new LinkedHashMap<>();
    private final Scope scope;
    private final Source source;
    private Weights preset;

    /** Returns the initial values of a parameter. */
    @FunctionalInterface
    private interface Source {
        float[] values(String name, Shape shape, Initializer initializer);
    }

    private Parameters(Scope scope, Source source) {
        this.scope = scope;
        this.source = source;
    }

    /**
     * Creates parameters with values from their initialisers, which share one seeded generator in the order of
     * creation.
     */
    public static Parameters fresh(Scope scope, long seed) {
        return new Parameters(scope, new Random(seed));
    }

    private Parameters(Scope scope, Random random) {
        this.scope = scope;
        this.source =
                (name, shape, initializer) -> preset != null && preset.names().contains(name)
                        ? values(preset, name, shape)
                        : initializer.values(shape, random);
    }

    /**
     * Creates parameters with values from a checkpoint. The checkpoint must contain each parameter in the right shape.
     */
    public static Parameters from(Scope scope, Weights weights) {
        return new Parameters(scope, (name, shape, initializer) -> values(weights, name, shape));
    }

    private static float[] values(Weights weights, String name, Shape shape) {
        if (!weights.shape(name).equals(shape)) {
            throw new InvalidInputException(
                    weights.origin() + ": " + name, "shape " + weights.shape(name), shape.toString());
        }
        return weights.read(name);
    }

    /**
     * Sets weights for the parameters that are created afterwards, for instance of a pretrained part of a model. A
     * parameter that the weights contain takes its values from them instead of its initialiser. This method has no
     * effect on parameters from a checkpoint.
     *
     * @param weights the weights; they must stay open while parameters are created
     * @return this object
     */
    public Parameters preset(Weights weights) {
        this.preset = weights;
        return this;
    }

    /** Creates a parameter. */
    public Parameter add(String name, Shape shape, Initializer initializer) {
        Parameter parameter = new Parameter(name, scope.upload(source.values(name, shape, initializer), shape));
        if (byName.putIfAbsent(name, parameter) != null) {
            throw new InvalidInputException("parameter", "a second " + name, "names of their own");
        }
        return parameter;
    }

    /** All parameters in the order of their creation. */
    public Collection<Parameter> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    @Override
    public Shape shape(String name) {
        return find(name).shape();
    }

    @Override
    public float[] read(String name) {
        return find(name).value().toArray();
    }

    private Parameter find(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new InvalidInputException(origin(), "no " + name, "one of " + byName.keySet());
        }
        return parameter;
    }

    @Override
    public String origin() {
        return "model parameters";
    }
}
