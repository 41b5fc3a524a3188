package dev.ideal4j.detectors.common;

import dev.ideal4j.detectors.References;
import java.util.Map;

/**
 * The number of references that a detector was fitted to, for records.
 *
 * @param normal number of normal images
 * @param abnormal number of abnormal images
 */
public record ReferenceCount(int normal, int abnormal) {
    private static final String NORMAL = "normalReferences";
    private static final String ABNORMAL = "abnormalReferences";

    /** Counts references. */
    public static ReferenceCount of(References references) {
        return new ReferenceCount(
                references.normal().size(), references.abnormal().size());
    }

    /** Adds both numbers by name. */
    public void addTo(Map<String, Object> settings) {
        settings.put(NORMAL, normal);
        settings.put(ABNORMAL, abnormal);
    }
}
