package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

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
    private static final Map<Class<?>, Function<String, Object>> NUMBERS = Map.of(
            Integer.class, Integer::valueOf,
            Long.class, Long::valueOf,
            Float.class, Float::valueOf,
            Double.class, Double::valueOf,
            Boolean.class, Boolean::valueOf);

    /** Checks the name. */
    public MethodOption {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new InvalidInputException("option name", name, "lower-case letters, digits and dashes");
        }
    }

    /**
     * The value that a text stands for, as {@code toString} of a value gives it.
     *
     * @throws InvalidInputException if it stands for none
     */
    public T parse(String text) {
        try {
            Function<String, Object> parser = NUMBERS.get(type);
            return parser == null ? constant(text) : type.cast(parser.apply(text));
        } catch (NumberFormatException e) {
            throw new InvalidInputException("option " + name, text, type.getSimpleName());
        }
    }

    private T constant(String text) {
        return Stream.of(type.getEnumConstants())
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "option " + name, text, "one of " + Arrays.toString(type.getEnumConstants())));
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
