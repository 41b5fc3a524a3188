package dev.ideal4j.eval.report;

import java.util.Base64;
import java.util.Locale;

/** Formats text, numbers and images as HTML. */
final class Html {
    private Html() {}

    /** Text as content or attribute value. */
    static String text(Object value) {
        return String.valueOf(value)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A fraction with four decimals, or {@code undefined}. */
    static String number(double value) {
        return Double.isNaN(value)
                ? "<span class=\"none\">undefined</span>"
                : String.format(Locale.ROOT, "%.4f", value);
    }

    /** A difference with its sign, or a dash. */
    static String difference(double value) {
        return Double.isNaN(value)
                ? "<span class=\"none\">–</span>"
                : String.format(Locale.ROOT, "%+.4f", value).replace('-', '−');
    }

    /** A JPEG as the source of an image. */
    static String jpeg(byte[] bytes) {
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(bytes);
    }

    /** A name for an anchor: letters, digits and dashes. Different names give different anchors. */
    static String anchor(String name) {
        StringBuilder anchor = new StringBuilder("p-");
        name.codePoints().forEach(c -> {
            if (c < 128 && Character.isLetterOrDigit(c)) {
                anchor.appendCodePoint(c);
            } else {
                anchor.append('-').append(Integer.toHexString(c)).append('-');
            }
        });
        return anchor.toString();
    }

    /** {@code 1 image}, {@code 2 images}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
