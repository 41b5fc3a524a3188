package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a method that users choose by name.
 *
 * @param <T> type of the value
 * @param name name without leading dashes, for example {@code topk}
 * @param label placeholder of the value in help texts, for example {@code K}
 * @param type {@code Integer}, {@code Long}, {@code Float}, {@code Double}, {@code Boolean} or an enum
 * @param fallback default value, or null if the default depends on other options
 * @param description one sentence
 */
public record MethodOption<T extends @Nullable Object>(
        String name, String label, Class<T> type, T fallback, String description) {
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
     * Parses a value from its {@code toString} form.
     *
     * @throws InvalidInputException if the text is no value of this option
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

    /** An option whose default is the published value. The default determines the type. */
    public static <T> MethodOption<T> of(String name, String label, T fallback, String description) {
        Class<?> type = fallback instanceof Enum<?> constant ? constant.getDeclaringClass() : fallback.getClass();
        @SuppressWarnings("unchecked")
        Class<T> typed = (Class<T>) type;
        return new MethodOption<>(name, label, typed, fallback, description);
    }

    /** A boolean option without a value, off by default. */
    public static MethodOption<Boolean> flag(String name, String description) {
        return new MethodOption<>(name, "", Boolean.class, false, description);
    }
}
