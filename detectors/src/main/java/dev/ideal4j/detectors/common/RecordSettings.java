package dev.ideal4j.detectors.common;

import dev.ideal4j.detectors.FittedFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Settings of methods are records; this maps them by name, for records of runs and for files of fitted detectors. The
 * components of a nested record count as those of the outer one.
 */
public final class RecordSettings {
    private RecordSettings() {}

    /** The components by name, in their order. */
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
     * @param type has one public constructor, of numbers, booleans, enum constants and such records
     * @throws IllegalArgumentException if something is not a number or a name
     * @throws dev.ideal4j.core.FileFormatException if something is not there
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
