package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import j2html.tags.specialized.FigureTag;
import j2html.tags.specialized.SectionTag;
import j2html.tags.specialized.SpanTag;
import j2html.tags.specialized.TableTag;
import j2html.tags.specialized.ThTag;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Parts of pages. Text is escaped by the library. */
final class Html {
    private Html() {}

    /** A section with a heading that links can point to. */
    static SectionTag titled(String id, String title, DomContent... content) {
        return section(h2(title).withId(id), each(content)).attr("aria-labelledby", id);
    }

    /** A table that scrolls within the page. */
    static DivTag scrolling(String label, TableTag table) {
        return div(attrs(".scroll"), table)
                .withTabindex(0)
                .attr("role", "region")
                .attr("aria-label", label);
    }

    /** The head of each column. */
    static DomContent columns(List<String> titles) {
        return each(titles, title -> th(title).attr("scope", "col"));
    }

    /** The head of a row. */
    static ThTag row(String title) {
        return row(text(title));
    }

    /** The head of a row. */
    static ThTag row(DomContent title) {
        return th(title).attr("scope", "row");
    }

    /** A section of settings, as a table of group, name and value. */
    static SectionTag provenance(Map<String, Map<String, ?>> groups, DomContent... content) {
        return titled(
                "provenance",
                "Provenance",
                scrolling(
                        "Settings",
                        table(
                                attrs(".plain"),
                                tbody(each(
                                        groups,
                                        (group, entries) -> each(
                                                entries,
                                                (name, value) ->
                                                        tr(row(group), td(name), td(code(String.valueOf(value))))))))),
                each(content));
    }

    /** A plot with a title and the names of its colours. */
    static FigureTag plot(String title, Plot plot, DomContent... keys) {
        return figure(figcaption(b(title), span(attrs(".keys"), keys)), rawHtml(plot.svg()));
    }

    /** The name of a colour in a plot, and a blank to the next name. */
    static SpanTag key(ChartColour colour, String name) {
        return span(attrs(".key." + colour.name().toLowerCase(Locale.ROOT)), name + " ");
    }

    /** A fraction with four decimals, or {@code undefined}. */
    static DomContent number(double value) {
        return Double.isNaN(value)
                ? span(attrs(".none"), "undefined")
                : text(String.format(Locale.ROOT, "%.4f", value));
    }

    /** A difference with its sign, or a dash. */
    static DomContent difference(double value) {
        return Double.isNaN(value)
                ? span(attrs(".none"), "–")
                : text(String.format(Locale.ROOT, "%+.4f", value).replace('-', '−'));
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
