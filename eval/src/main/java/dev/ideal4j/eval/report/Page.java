package dev.ideal4j.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The frame of a report: style, script, header and navigation in one file. */
final class Page {
    private Page() {}

    /**
     * A whole page.
     *
     * @param title as text
     * @param lead one or two sentences below the title, as HTML
     * @param navigation as HTML
     * @param main the content, as HTML
     */
    static String of(String title, String lead, String navigation, String main) {
        String name = Html.text(title);
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ");
        html.append("style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
        html.append("<meta name=\"color-scheme\" content=\"light dark\"><title>")
                .append(name);
        html.append("</title><link rel=\"icon\" href=\"data:,\"><style>").append(resource("report.css"));
        html.append("</style></head><body><a class=\"skip\" href=\"#main\">Skip to results</a>");
        html.append("<header class=\"top\"><h1>").append(name).append("</h1><p>");
        html.append(lead).append("</p>");
        html.append("<button type=\"button\" id=\"theme\" aria-label=\"Switch between light and dark\">◐</button>");
        html.append("</header><nav aria-label=\"Sections\">").append(navigation).append("</nav>");
        html.append("<main id=\"main\" tabindex=\"-1\">").append(main);
        html.append("</main><dialog id=\"viewer\" aria-label=\"Image\"><img alt=\"\"><p></p>");
        html.append("<button type=\"button\">Close</button></dialog><script>").append(resource("report.js"));
        return html.append("</script></body></html>\n").toString();
    }

    /** Rows of a table of settings. */
    static void rows(StringBuilder html, String group, Map<String, ?> entries) {
        entries.forEach((name, value) -> html.append("<tr><th scope=\"row\">")
                .append(group)
                .append("</th><td>")
                .append(Html.text(name))
                .append("</td><td><code>")
                .append(Html.text(value))
                .append("</code></td></tr>"));
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
