package dev.ideal4j.eval.report;

import j2html.utils.EscapeUtil;
import java.util.Arrays;
import java.util.Locale;

/**
 * A plot of lines, as SVG within a page. The page's style sheet gives its colours, light or dark, and the page its size.
 * Equal plots give equal text.
 */
final class Plot {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 240;

    /** The edges of the area within the axes. */
    private static final int RIGHT = WIDTH - 12;

    private static final int TOP = 8;
    private static final int BOTTOM = HEIGHT - 42;

    /** The largest number of intervals of an axis. */
    private static final int INTERVALS = 5;

    /** The left edge of the area within the axes; labels and title of the vertical axis are beside it. */
    private final int edge;

    private final double left;
    private final double right;
    private final double bottom;
    private final double top;
    private final StringBuilder svg = new StringBuilder();

    /**
     * Draws the axes.
     *
     * @param label text for screen readers
     * @param x title of the horizontal axis
     * @param y title of the vertical axis
     * @param left the value at the left end of the horizontal axis; {@code right} is larger
     * @param bottom the value at the lower end of the vertical axis; {@code top} is larger
     */
    Plot(String label, String x, String y, double left, double right, double bottom, double top) {
        this.left = left;
        this.right = right;
        this.bottom = bottom;
        this.top = top;
        int longest = Arrays.stream(ticks(bottom, top))
                .mapToInt(value -> number(value, top - bottom).length())
                .max()
                .orElse(0);
        edge = 24 + 8 * longest;
        append(
                "<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\">",
                EscapeUtil.escape(label), WIDTH, HEIGHT);
        append("<g style=\"fill:var(--chart-text);font-size:13px\">");
        for (double value : ticks(left, right)) {
            append(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    across(value), BOTTOM + 16, number(value, right - left));
            gridLine(across(value), TOP, across(value), BOTTOM);
        }
        for (double value : ticks(bottom, top)) {
            append(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    edge - 5, up(value) + 4, number(value, top - bottom));
            gridLine(edge, up(value), RIGHT, up(value));
        }
        append(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (edge + RIGHT) / 2, HEIGHT - 6, EscapeUtil.escape(x));
        int middle = (TOP + BOTTOM) / 2;
        append(
                "<text transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">%s</text></g>",
                middle, EscapeUtil.escape(y));
    }

    /** Adds a line through points. Points that are not finite are left out. */
    Plot line(ChartColour colour, double[] x, double[] y) {
        append(
                "<polyline points=\"%s\" style=\"fill:none;stroke:%s;stroke-width:%d;stroke-linejoin:round\"/>",
                points(x, y), colour.variable(), colour == ChartColour.GRID ? 1 : 2);
        return this;
    }

    /** Adds a line through points, and fills the area between it and the horizontal axis. */
    Plot area(ChartColour colour, double[] x, double[] y) {
        append(
                "<polygon points=\"%s%.1f,%d %.1f,%d\" style=\"fill:%s;fill-opacity:.27\"/>",
                points(x, y), across(x[x.length - 1]), BOTTOM, across(x[0]), BOTTOM, colour.variable());
        return line(colour, x, y);
    }

    /** The plot as SVG. */
    String svg() {
        return svg + "</svg>";
    }

    private void gridLine(double fromX, double fromY, double toX, double toY) {
        append(
                "<path d=\"M%.1f %.1fL%.1f %.1f\" style=\"stroke:%s;stroke-width:.7\"/>",
                fromX, fromY, toX, toY, ChartColour.GRID.variable());
    }

    private String points(double[] x, double[] y) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(y[i])) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(x[i]), up(y[i])));
            }
        }
        return points.toString();
    }

    private double across(double value) {
        return edge + (value - left) / (right - left) * (RIGHT - edge);
    }

    private double up(double value) {
        return BOTTOM - (value - bottom) / (top - bottom) * (BOTTOM - TOP);
    }

    /** Multiples of 1, 2 or 5 times a power of ten. */
    private static double[] ticks(double low, double high) {
        double step = step(high - low);
        long first = (long) Math.ceil(low / step - 1e-9);
        long last = (long) Math.floor(high / step + 1e-9);
        double[] ticks = new double[(int) (last - first + 1)];
        for (int i = 0; i < ticks.length; i++) {
            ticks[i] = (first + i) * step;
        }
        return ticks;
    }

    private static double step(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(range / INTERVALS)));
        for (int factor : new int[] {1, 2, 5}) {
            if (range / (factor * power) <= INTERVALS) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A value at a tick, with as many digits as ticks need to differ. */
    private static String number(double value, double range) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step(range)) + 1e-9));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private void append(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
