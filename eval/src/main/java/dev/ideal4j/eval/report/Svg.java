package dev.ideal4j.eval.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Renders charts as SVG for a page. The page sets their size, and its style sheet their colours, light or dark. Coordinates
 * are as fine as a screen shows. Equal charts give equal bytes.
 */
final class Svg {
    private static final Pattern DECIMALS = Pattern.compile("-?\\d+\\.\\d{3,}(E-?\\d+)?");
    private static final Pattern CLIP = Pattern.compile("clip\\d+");

    private Svg() {}

    /**
     * Renders a chart.
     *
     * @param label text for screen readers
     * @param prefix prefix of the names in the SVG; each chart of a page needs another
     */
    static String of(Chart<?, ?> chart, String label, String prefix) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String svg = bytes.toString(StandardCharsets.UTF_8);
        svg = svg.substring(svg.indexOf("<svg")).replaceAll(">\\s+<", "><");
        svg = DECIMALS.matcher(svg)
                .replaceAll(number -> String.format(Locale.ROOT, "%.2f", Double.valueOf(number.group()))
                        .replaceAll("\\.?0+$", ""));
        svg = renamed(svg, prefix);
        for (ChartColour colour : ChartColour.values()) {
            svg = svg.replace(colour.rgb(), "var(" + colour.variable() + ")");
        }
        String head = "<svg role=\"img\" aria-label=\"" + Html.text(label) + "\" viewBox=\"0 0 " + chart.getWidth()
                + " " + chart.getHeight() + "\" xmlns=\"http://www.w3.org/2000/svg\">";
        return head + svg.substring(svg.indexOf('>') + 1).strip();
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
