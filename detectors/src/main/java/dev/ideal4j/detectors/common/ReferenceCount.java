package dev.ideal4j.detectors.common;

import dev.ideal4j.detectors.References;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The number of references that a detector was fitted to, for records.
 *
 * @param normal number of normal images
 * @param abnormal number of abnormal images
 */
public record ReferenceCount(int normal, int abnormal) {
    /** Counts references. */
    public static ReferenceCount of(References references) {
        return new ReferenceCount(
                references.normal().size(), references.abnormal().size());
    }

    /** Returns both numbers by name, in a new map. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("normalReferences", normal);
        map.put("abnormalReferences", abnormal);
        return map;
    }
}
