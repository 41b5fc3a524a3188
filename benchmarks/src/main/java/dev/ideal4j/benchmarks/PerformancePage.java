package dev.ideal4j.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Writes {@code docs/performance.md} and its plot from the history. Of each measurement it takes the latest line. */
public final class PerformancePage {
    private static final String PEAK = "Peak.tile";
    private static final String STREAM = "Rows.add";

    /** What the first table shows, in plain words: measurement, peer, job, and the label of the bar. */
    private static final List<Headline> HEADLINES = List.of(
            new Headline(
                    "dinov2_vits14 at 448, batch 1",
                    "ONNX Runtime",
                    "one image through the network, a DINOv2 ViT-S/14 at 448 pixels",
                    "ONNX Runtime"),
            new Headline("dinov2_vits14 at 448, batch 1", "DJL, PyTorch", "the same from Java with DJL", "DJL"),
            new Headline(
                    "one query, resize to heatmap",
                    "PyTorch, eager",
                    "one image from pixels to the heat map, as IDEAL's published code does it",
                    "published image"),
            new Headline(
                    "NVE, 1024 references",
                    "PyTorch, eager",
                    "erasing normal variation, with 1024 reference patches",
                    "published eraser"));

    private record Headline(String what, String peer, String job, String label) {}

    private final StringBuilder page = new StringBuilder();
    private final List<Map<String, Object>> latest;

    private PerformancePage(List<Map<String, Object>> history) {
        Map<List<Object>, Map<String, Object>> last = new LinkedHashMap<>();
        for (Map<String, Object> line : history) {
            List<Object> key = new ArrayList<>();
            for (String name : List.of("cpu", "cores", "jvm", "backend", "group", "what", "peer", "size")) {
                key.add(String.valueOf(line.get(name)));
            }
            last.remove(key);
            last.put(key, line);
        }
        latest = List.copyOf(last.values());
    }

    /**
     * Writes the page.
     *
     * @param arguments history file, page
     */
    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[1]);
        PerformancePage page = new PerformancePage(History.read(Path.of(arguments[0])));
        Path images = Files.createDirectories(target.resolveSibling("images"));
        Path plot = images.resolve("linear-cost.svg");
        page.bars(images.resolve("speed.svg"));
        page.write(page.plot(plot), target.getParent().relativize(plot));
        Files.writeString(target, page.page);
    }

    private List<Map<String, Object>> group(String name) {
        return latest.stream().filter(line -> name.equals(line.get("group"))).toList();
    }

    private void write(boolean plotted, Path plot) {
        page.append(
                "# Performance\n\n`benchmarks/page.sh` makes this page from `benchmarks/history.jsonl`, with the latest value of each"
                        + " measurement. Times are medians of\ninterleaved runs in milliseconds. A ratio is the time of the peer"
                        + " divided by our time. Above 1, ours is faster.\n");
        inShort();
        comparisons("Compared with other runtimes", "peers");
        comparisons("Compared with the published code", "published");
        comparisons("Threads", "threads");
        linear(plotted, plot);
        commands();
        operations();
    }

    /** The latest line of each headline that was measured. */
    private Map<Headline, Map<String, Object>> headlines() {
        Map<Headline, Map<String, Object>> found = new LinkedHashMap<>();
        for (Headline headline : HEADLINES) {
            for (Map<String, Object> line : latest) {
                if (headline.what.equals(line.get("what"))
                        && String.valueOf(line.get("peer")).startsWith(headline.peer)) {
                    found.put(headline, line);
                }
            }
        }
        return found;
    }

    private void inShort() {
        page.append("\n## In short\n\nOn two cores of a processor, without a GPU:\n\n");
        page.append("| job | ideal4j, seconds | other | seconds | times as fast |\n|---|--:|---|--:|--:|\n");
        headlines()
                .forEach((headline, line) -> page.append(String.format(
                        Locale.ROOT,
                        "| %s | %.3f | %s | %.3f | **%.1f** |%n",
                        headline.job,
                        1e-3 * number(line, "ours_ms"),
                        line.get("peer"),
                        1e-3 * number(line, "peer_ms"),
                        number(line, "ratio"))));
        page.append("\n![how many times as fast](images/speed.svg)\n");
    }

    /** Draws the ratios of the headlines as bars. */
    private void bars(Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(720)
                .height(320)
                .yAxisTitle("times as fast as the other")
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setDecimalPattern("0.0");
        chart.getStyler().setLabelsVisible(true).setAvailableSpaceFill(0.5);
        chart.addSeries(
                "ideal4j",
                headlines().keySet().stream().map(Headline::label).toList(),
                headlines().values().stream().map(line -> number(line, "ratio")).toList());
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }

    private void commands() {
        if (group("commands").isEmpty()) {
            return;
        }
        page.append(
                "\n## Whole commands\n\n`benchmarks/commands.sh` runs the commands of the launcher with JPEG images of 1024 × 1024"
                        + " pixels. Each is a process of its own. The time\nincludes the start of Java. The forward passes of the same images are"
                        + " timed in a JVM that has compiled them. Memory is the most that the\nprocess had resident.\n\n");
        page.append("| command, backbone | seconds | times the forward passes | MB | machine, JVM | commit |\n"
                + "|---|--:|--:|--:|---|---|\n");
        for (Map<String, Object> line : group("commands")) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %s | %s | %s | %s |%n",
                    line.get("what"),
                    number(line, "seconds"),
                    line.getOrDefault("ratio", ""),
                    line.getOrDefault("resident_mb", ""),
                    machine(line),
                    line.get("commit")));
        }
    }

    private void comparisons(String title, String group) {
        if (group(group).isEmpty()) {
            return;
        }
        page.append("\n## ").append(title).append("\n\n");
        page.append(
                "| what | ours | peer | peer's | ratio | backend, machine, JVM | commit |\n|---|--:|---|--:|--:|---|---|\n");
        for (Map<String, Object> line : group(group)) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %s | %.2f | **%.2f** | %s | %s |%n",
                    line.get("what"),
                    number(line, "ours_ms"),
                    line.get("peer"),
                    number(line, "peer_ms"),
                    number(line, "ratio"),
                    machine(line),
                    line.get("commit")));
        }
    }

    private void linear(boolean plotted, Path plot) {
        if (!plotted) {
            return;
        }
        page.append("\n## Cost grows linearly\n\n![milliseconds over size](")
                .append(plot)
                .append(")\n\n");
        page.append("| what | size | ms | µs per patch | commit |\n|---|--:|--:|--:|---|\n");
        for (Map<String, Object> line : group("linear")) {
            double size = number(line, "size");
            double milliseconds = number(line, "ours_ms");
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.1f | %.2f | %s |%n",
                    line.get("what"),
                    size,
                    milliseconds,
                    1e3 * milliseconds / size,
                    line.get("commit")));
        }
    }

    private void operations() {
        if (group("operations").isEmpty()) {
            return;
        }
        page.append(
                "\n## Operations\n\nMeasured by JMH. The share is that of the peak of the same JVM. The peak of arithmetic is `"
                        + PEAK
                        + "`, one register\ntile in the first-level cache on every core. The peak of memory is `"
                        + STREAM
                        + "`, with three streams.\n\n");
        page.append("| what | ms | rate | share | JVM | commit |\n|---|--:|--:|--:|---|---|\n");
        for (Map<String, Object> line : group("operations")) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %s | %s | %s |%n",
                    line.get("what"),
                    number(line, "ours_ms"),
                    rate(line),
                    line.get("jvm"),
                    line.get("commit")));
        }
    }

    /** Two cells of a table: the rate, and its share of the peak. */
    private String rate(Map<String, Object> line) {
        if (line.get("gflops") != null) {
            return rate(line, "gflops", "%.0f GFLOP/s", PEAK);
        }
        return line.get("gbytes") != null ? rate(line, "gbytes", "%.1f GB/s", STREAM) : " | ";
    }

    private String rate(Map<String, Object> line, String name, String format, String peakName) {
        double peak = peak(line, name, peakName);
        String share = peak > 0 ? String.format(Locale.ROOT, "%.0f %%", 100 * number(line, name) / peak) : "";
        return String.format(Locale.ROOT, format, number(line, name)) + " | " + share;
    }

    private double peak(Map<String, Object> of, String name, String peakName) {
        for (Map<String, Object> line : group("operations")) {
            if (peakName.equals(line.get("what")) && machine(line).equals(machine(of))) {
                return number(line, name);
            }
        }
        return 0;
    }

    private static String machine(Map<String, Object> line) {
        return line.get("backend") + ", " + line.get("cpu") + " x" + line.get("cores") + ", " + line.get("jvm");
    }

    private static double number(Map<String, Object> line, String name) {
        return ((Number) line.get(name)).doubleValue();
    }

    /** Draws time over size on logarithmic axes. Returns false if nothing was measured. */
    private boolean plot(Path file) throws IOException {
        Map<String, TreeMap<Double, Double>> series = new LinkedHashMap<>();
        for (Map<String, Object> line : group("linear")) {
            series.computeIfAbsent((String) line.get("what"), name -> new TreeMap<>())
                    .put(number(line, "size"), number(line, "ours_ms"));
        }
        if (series.isEmpty()) {
            return false;
        }
        XYChart chart = new XYChartBuilder()
                .width(720)
                .height(420)
                .xAxisTitle("patches")
                .yAxisTitle("milliseconds")
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        series.forEach(
                (name, points) -> chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values())));
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        return true;
    }
}
