package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import dev.ideal4j.core.AtomicFile;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The frame of a report: style, script, header and navigation in one file. */
final class Page {
    private static final String POLICY =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

    private Page() {}

    /**
     * Writes a whole page.
     *
     * @param lead one or two sentences below the title
     * @param navigation the anchor and name of each section in the navigation
     * @param hint what is said below the navigation
     * @param main the content
     */
    static void write(
            Path file,
            String title,
            String lead,
            Map<String, String> navigation,
            DomContent hint,
            List<DomContent> main) {
        String page = document(html(
                        head(
                                meta().withCharset("utf-8"),
                                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                meta().attr("http-equiv", "Content-Security-Policy")
                                        .withContent(POLICY),
                                meta().withName("color-scheme").withContent("light dark"),
                                title(title),
                                link().withRel("icon").withHref("data:,"),
                                style(rawHtml(resource("report.css")))),
                        body(
                                a(attrs(".skip"), "Skip to results").withHref("#main"),
                                header(
                                        attrs(".top"),
                                        h1(title),
                                        p(lead),
                                        button("◐")
                                                .withType("button")
                                                .withId("theme")
                                                .attr("aria-label", "Switch between light and dark")),
                                nav(ol(each(navigation, (anchor, name) -> li(a(name).withHref("#" + anchor)))), hint)
                                        .attr("aria-label", "Sections"),
                                main(each(main, part -> part)).withId("main").withTabindex(-1),
                                dialog(img().withAlt(""), p(), button("Close").withType("button"))
                                        .withId("viewer")
                                        .attr("aria-label", "Image"),
                                script(rawHtml(resource("report.js")))))
                .withLang("en"));
        AtomicFile.write(file, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
