package dev.ideal4j.detectors.common;

import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.References;
import java.util.Map;

/**
 * How many references a detector was fitted to, for records and files.
 *
 * @param normal images
 * @param abnormal images
 */
public record ReferenceCount(int normal, int abnormal) {
    private static final String NORMAL = "normalReferences";
    private static final String ABNORMAL = "abnormalReferences";

    /** Of given references. */
    public static ReferenceCount of(References references) {
        return new ReferenceCount(
                references.normal().size(), references.abnormal().size());
    }

    /**
     * From the file of a fitted detector.
     *
     * @throws NumberFormatException if something is not a number
     * @throws dev.ideal4j.core.FileFormatException if something is not there
     */
    public static ReferenceCount of(FittedFile file) {
        return new ReferenceCount(Integer.parseInt(file.config(NORMAL)), Integer.parseInt(file.config(ABNORMAL)));
    }

    /** Adds both, by name. */
    public void addTo(Map<String, Object> settings) {
        settings.put(NORMAL, normal);
        settings.put(ABNORMAL, abnormal);
    }
}
