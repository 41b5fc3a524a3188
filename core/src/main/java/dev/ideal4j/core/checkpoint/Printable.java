package dev.ideal4j.core.checkpoint;

/** Makes text out of a file fit for a one-line message. */
final class Printable {
    private static final int LONGEST = 160;

    private Printable() {}

    /** The text with control characters and what is not ASCII replaced, cut where it gets long. */
    static String of(String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        return start.replaceAll("[^\\x20-\\x7e]", "?") + (text.length() <= LONGEST ? "" : "...");
    }
}
