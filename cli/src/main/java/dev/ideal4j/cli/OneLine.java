package dev.ideal4j.cli;

/** Turns names of files into text of one line. */
final class OneLine {
    private OneLine() {}

    /** The text, with each control character written as {@code \\u000a}. */
    static String of(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
