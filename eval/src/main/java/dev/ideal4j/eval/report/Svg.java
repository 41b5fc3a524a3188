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
 * Charts as SVG to be set into a page: sized by the page, coloured by its style sheet (so that they go light and dark with
 * it), with coordinates as fine as a screen shows, and the same bytes for the same chart.
 */
final class Svg {
    private static final Pattern DECIMALS = Pattern.compile("-?\\d+\\.\\d{3,}(E-?\\d+)?");
    private static final Pattern CLIP = Pattern.compile("clip\\d+");

    private Svg() {}

    /**
     * Renders a chart.
     *
     * @param label what a screen reader says
     * @param prefix of names inside, distinct in a page
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
        for (Ink ink : Ink.values()) {
            svg = svg.replace(ink.rgb(), "var(" + ink.variable() + ")");
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
