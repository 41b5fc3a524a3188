package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Random weights from {@link SeededValues} with the shapes of a trained model. The name of each tensor determines the
 * scale of its values, so that activations neither vanish nor explode.
 */
public final class SeededWeights implements Weights {
    private final String prefix;
    private final Map<String, Shape> shapes;

    /**
     * @param prefix added to each name to seed its values
     * @param shapes the shapes of the tensors by name
     */
    public SeededWeights(String prefix, Map<String, Shape> shapes) {
        this.prefix = prefix;
        this.shapes = new LinkedHashMap<>(shapes);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shapes.keySet());
    }

    @Override
    public Shape shape(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new InvalidInputException(origin(), "no tensor " + name, "one of " + shapes.size() + " others");
        }
        return shape;
    }

    @Override
    public float[] read(String name) {
        Shape shape = shape(name);
        double scale;
        double shift = 0;
        if (name.endsWith("gamma")) {
            scale = 0.5;
            shift = 0.5;
        } else if (isNormWeight(name)) {
            scale = 0.2;
            shift = 1;
        } else if (name.endsWith("running_mean")) {
            scale = 0.1;
        } else if (name.endsWith("running_var")) {
            scale = 0.25;
            shift = 1;
        } else if (name.endsWith("bias")) {
            scale = 0.05;
        } else if (endsWithAny(name, "pos_embed", "cls_token", "register_tokens", "storage_tokens", "mask_token")) {
            scale = 0.5;
        } else if (name.contains("learnable_")) {
            scale = 1;
        } else if (shape.rank() == 1) {
            scale = 0.2;
            shift = 1;
        } else {
            scale = Math.sqrt(3.0 / (shape.size() / (double) shape.axis(0)));
        }
        return SeededValues.uniform(prefix + name, Math.toIntExact(shape.size()), scale, shift);
    }

    private static boolean isNormWeight(String name) {
        return endsWithAny(name, "norm.weight", "norm1.weight", "norm2.weight", "norm_out.weight")
                || (name.contains("bn") && name.endsWith("weight"));
    }

    private static boolean endsWithAny(String name, String... endings) {
        for (String ending : endings) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String origin() {
        return "seeded weights '" + prefix + "'";
    }
}
