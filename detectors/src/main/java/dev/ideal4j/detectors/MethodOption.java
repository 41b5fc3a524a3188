package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;

/**
 * A setting of a method, as users choose it by name.
 *
 * @param <T> its type
 * @param name without dashes: {@code topk}
 * @param label what stands for the value in help: {@code K}
 * @param type {@code Integer}, {@code Long}, {@code Float}, {@code Double}, {@code Boolean} or an enum
 * @param fallback value when none is chosen, or null if that depends on others
 * @param description one sentence
 */
public record MethodOption<T>(String name, String label, Class<T> type, T fallback, String description) {
    /** Checks the name. */
    public MethodOption {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new InvalidInputException("option name", name, "lower-case letters, digits and dashes");
        }
    }

    /** An option whose default is the published value. */
    public static <T> MethodOption<T> of(String name, String label, T fallback, String description) {
        Class<?> type = fallback instanceof Enum<?> constant ? constant.getDeclaringClass() : fallback.getClass();
        @SuppressWarnings("unchecked")
        Class<T> typed = (Class<T>) type;
        return new MethodOption<>(name, label, typed, fallback, description);
    }

    /** A switch, off by default. */
    public static MethodOption<Boolean> flag(String name, String description) {
        return new MethodOption<>(name, "", Boolean.class, false, description);
    }
}
