package dev.ideal4j.core.checkpoint;

/** Prepares text from a file for a one-line message. */
final class Printable {
    private static final int LONGEST = 160;

    private Printable() {}

    /** Returns the text with control characters and non-ASCII characters replaced, shortened if it is long. */
    static String of(String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        return start.replaceAll("[^\\x20-\\x7e]", "?") + (text.length() <= LONGEST ? "" : "...");
    }
}
