package dev.ideal4j.detectors.common;

import dev.ideal4j.detectors.FittedFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Converts settings of methods, which are Java records, to and from maps, for records of runs and for files of fitted
 * detectors. Components of a nested record are treated as components of the outer record.
 */
public final class RecordSettings {
    private RecordSettings() {}

    /** The components by name, in the order of declaration. */
    public static Map<String, Object> toMap(Record settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = call(() -> component.getAccessor().invoke(settings));
            if (value instanceof Record nested) {
                map.putAll(toMap(nested));
            } else {
                map.put(component.getName(), value);
            }
        }
        return map;
    }

    /**
     * The inverse of {@link #toMap}.
     *
     * @param type record with one public constructor, whose components are numbers, booleans, enum constants and such records
     * @throws IllegalArgumentException if a text is no value of its component
     * @throws dev.ideal4j.core.FileFormatException if a setting is missing
     * @throws dev.ideal4j.core.InvalidInputException if a value is out of its range
     */
    public static <R extends Record> R read(FittedFile file, Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Stream.of(components)
                .map(component -> component.getType().isRecord()
                        ? read(file, component.getType().asSubclass(Record.class))
                        : parse(component.getType(), file.config(component.getName())))
                .toArray();
        return call(() -> type.getConstructor(types).newInstance(values));
    }

    private static Object parse(Class<?> type, String text) {
        if (type == int.class) {
            return Integer.valueOf(text);
        } else if (type == long.class) {
            return Long.valueOf(text);
        } else if (type == float.class) {
            return Float.valueOf(text);
        } else if (type == double.class) {
            return Double.valueOf(text);
        } else if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        return Stream.of(type.getEnumConstants())
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws ReflectiveOperationException;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
