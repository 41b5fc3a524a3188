package dev.ideal4j.eval.report;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;

/**
 * Renders charts as SVG for a page. The page sets their size, and its style sheet their colours, light or dark. Coordinates
 * are as fine as a screen shows. Equal charts give equal bytes.
 */
final class Svg {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";
    private static final Pattern DECIMALS = Pattern.compile("-?\\d+\\.\\d{3,}(E-?\\d+)?");
    private static final Pattern CLIP = Pattern.compile("clipPath\\d+");

    private Svg() {}

    /**
     * Renders a chart.
     *
     * @param label text for screen readers
     * @param prefix prefix of the names in the SVG; each chart of a page needs another
     */
    static String of(Chart<?, ?> chart, String label, String prefix) {
        String svg = drawn(chart);
        svg = svg.substring(svg.indexOf("<svg"))
                .replaceAll("\\s*(/?>)\\s*", "$1")
                .replaceAll("<defs id=\"genericDefs\"/>|(?<=<defs) id=\"defs\\d+\"", "");
        svg = DECIMALS.matcher(svg)
                .replaceAll(number -> String.format(Locale.ROOT, "%.2f", Double.valueOf(number.group()))
                        .replaceAll("\\.?0+$", ""));
        svg = renamed(svg, prefix);
        for (ChartColour colour : ChartColour.values()) {
            svg = svg.replace(colour.rgb(), "var(" + colour.variable() + ")");
        }
        String head = "<svg role=\"img\" aria-label=\"" + Html.text(label) + "\" viewBox=\"0 0 " + chart.getWidth()
                + " " + chart.getHeight() + "\" xmlns=\"" + NAMESPACE + "\">";
        return head + svg.substring(svg.indexOf('>') + 1).strip();
    }

    private static String drawn(Chart<?, ?> chart) {
        StringWriter text = new StringWriter();
        try {
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(NAMESPACE, "svg", null);
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setComment(null);
            SVGGraphics2D graphics = new SVGGraphics2D(context, true);
            chart.paint(graphics, chart.getWidth(), chart.getHeight());
            graphics.stream(text, true);
        } catch (ParserConfigurationException | SVGGraphics2DIOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static String renamed(String svg, String prefix) {
        Map<String, String> names = new LinkedHashMap<>();
        Matcher clips = CLIP.matcher(svg);
        while (clips.find()) {
            names.putIfAbsent(clips.group(), prefix + "-" + names.size());
        }
        return CLIP.matcher(svg).replaceAll(clip -> names.get(clip.group()));
    }
}
