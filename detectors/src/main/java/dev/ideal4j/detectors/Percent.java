package dev.ideal4j.detectors;

import java.util.Locale;

/** Formats shares as text. */
final class Percent {
    private Percent() {}

    /** A share rounded to two significant digits, for example {@code 5 %} or {@code 0.1 %}. */
    static String of(double share) {
        String text = String.format(Locale.ROOT, "%.2g", 100 * share);
        double rounded = Double.parseDouble(text);
        return (rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded)) + " %";
    }
}
