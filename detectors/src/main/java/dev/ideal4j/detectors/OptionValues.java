package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chosen values of a method's options. Options that are not chosen have their defaults. Immutable. */
public final class OptionValues {
    /** No chosen value: all options have their defaults. */
    public static final OptionValues NONE = new OptionValues(Map.of());

    private final Map<String, Object> chosen;

    private OptionValues(Map<String, Object> chosen) {
        this.chosen = chosen;
    }

    /**
     * Checks values against the options of a method.
     *
     * @param options all options of the method
     * @param chosen values by option name
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
     * Parses values from their {@code toString} forms.
     *
     * @param options all options of the method; other names in {@code texts} are ignored
     * @param texts texts by option name; an empty or missing text leaves the default
     * @throws InvalidInputException if a text is no value of its option
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
    public <T extends @Nullable Object> T get(MethodOption<T> option) {
        Object value = chosen.get(option.name());
        return value == null ? option.fallback() : option.type().cast(value);
    }
}
