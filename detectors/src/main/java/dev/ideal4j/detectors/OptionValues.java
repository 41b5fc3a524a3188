package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chosen values of a method's options; those not chosen have their defaults. Immutable. */
public final class OptionValues {
    /** Nothing chosen. */
    public static final OptionValues NONE = new OptionValues(Map.of());

    private final Map<String, Object> chosen;

    private OptionValues(Map<String, Object> chosen) {
        this.chosen = chosen;
    }

    /**
     * Checks values against the options they are for.
     *
     * @param options all options there are
     * @param chosen by name
     * @throws InvalidInputException if a name is not among the options or a value has another type
     */
    public static OptionValues of(List<MethodOption<?>> options, Map<String, ?> chosen) {
        Map<String, Object> checked = new LinkedHashMap<>();
        chosen.forEach((name, value) -> {
            MethodOption<?> option = options.stream()
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException(
                            "option",
                            name,
                            options.isEmpty()
                                    ? "none: there is nothing to choose"
                                    : "one of "
                                            + String.join(
                                                    ", ",
                                                    options.stream()
                                                            .map(MethodOption::name)
                                                            .toList())));
            if (!option.type().isInstance(value)) {
                throw new InvalidInputException(
                        "option " + name, String.valueOf(value), option.type().getSimpleName());
            }
            checked.put(name, value);
        });
        return new OptionValues(checked);
    }

    /**
     * Values from texts, as {@code toString} of a value gives them.
     *
     * @param options all options there are
     * @param texts by name; an empty text, or none, chooses nothing
     * @throws InvalidInputException if a text stands for no value of its option
     */
    public static OptionValues parsed(List<MethodOption<?>> options, Map<String, String> texts) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (MethodOption<?> option : options) {
            String text = texts.getOrDefault(option.name(), "");
            if (!text.isEmpty()) {
                values.put(option.name(), option.parse(text));
            }
        }
        return of(options, values);
    }

    /** The value of an option. */
    public <T> T get(MethodOption<T> option) {
        Object value = chosen.get(option.name());
        return value == null ? option.fallback() : option.type().cast(value);
    }
}
