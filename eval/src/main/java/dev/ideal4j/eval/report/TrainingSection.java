package dev.ideal4j.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.eval.evaluate.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** A section about a training, made from its log: a curve of each loss, and the scores of each epoch. */
public final class TrainingSection {
    private static final List<String> NO_LOSSES = List.of("epoch", "iteration", "learningRate");

    /** The value of each loss at each iteration. */
    private final Map<String, List<Double>> losses = new LinkedHashMap<>();

    private final List<Double> rates = new ArrayList<>();
    private final List<JsonNode> epochs = new ArrayList<>();

    /** Number of iterations up to the end of each epoch. */
    private final List<Integer> ends = new ArrayList<>();

    /**
     * Reads a log.
     *
     * @param log {@code log.jsonl} of a training
     * @throws FileAccessException if the log cannot be read
     * @throws FileFormatException if a line is not JSON
     */
    public TrainingSection(Path log) {
        try {
            for (String line : Files.readAllLines(log)) {
                add(Json.MAPPER.readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw new FileFormatException(log, "a line that is not JSON", "lines of JSON", e);
        } catch (IOException e) {
            throw FileAccessException.of(log, e);
        }
    }

    private void add(JsonNode line) {
        if (!line.has("iteration")) {
            epochs.add(line);
            ends.add(rates.size());
            return;
        }
        rates.add(line.path("learningRate").asDouble());
        line.fieldNames().forEachRemaining(name -> {
            if (!NO_LOSSES.contains(name)) {
                losses.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(line.path(name).asDouble());
            }
        });
    }

    /** Number of completed epochs. */
    int epochs() {
        return epochs.size();
    }

    /** The line of the best epoch so far, or null before the first has ended. */
    JsonNode best() {
        JsonNode best = null;
        for (JsonNode epoch : epochs) {
            best = epoch.path("best").asBoolean() ? epoch : best;
        }
        return best;
    }

    /** The section, as HTML. */
    public String html() {
        StringBuilder html =
                new StringBuilder("<section aria-labelledby=\"training\"><h2 id=\"training\">Training</h2>");
        html.append("<div class=\"charts\">");
        losses.forEach((name, values) -> {
            String curves = curve("Loss", name + " loss by iteration, and its mean over each epoch", values, name);
            figure(html, name.equals("total") ? "Total loss" : "Loss: " + name, curves, LOSS_KEYS);
        });
        figure(html, "Learning rate", curve("Rate", "Learning rate by iteration", rates, "rate"), "");
        if (best() != null) {
            figure(html, "Validation", validation(), SCORE_KEYS);
        }
        html.append("</div>");
        table(html);
        return html.append("</section>").toString();
    }

    private static final String LOSS_KEYS =
            "<span class=\"key normal\">iteration</span> <span class=\"key mark\">mean of epoch</span>";

    private static final String SCORE_KEYS =
            "<span class=\"key image\">image AUROC</span> <span class=\"key pixel\">pixel AUROC</span>";

    private static void figure(StringBuilder html, String title, String svg, String keys) {
        html.append("<figure><figcaption><b>").append(Html.text(title)).append("</b> <span class=\"keys\">");
        html.append(keys).append("</span></figcaption>").append(svg).append("</figure>");
    }

    private String curve(String axis, String label, List<Double> values, String name) {
        double low = values.stream().mapToDouble(v -> v).min().orElse(0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(1);
        double margin = high > low ? 0.05 * (high - low) : Math.max(1e-6, Math.abs(high) * 0.1);
        XYChart chart = Charts.chart("Iteration", axis, Math.max(1, values.size()), high + margin);
        chart.getStyler().setYAxisMin(low - margin);
        chart.getStyler().setXAxisDecimalPattern("0").setYAxisDecimalPattern(Charts.decimals(high - low + margin));
        double[] x = new double[values.size()];
        double[] y = new double[values.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
            y[i] = values.get(i);
        }
        if (x.length > 0) {
            Charts.add(chart, "iteration", x, y, name.equals("rate") ? ChartColour.MARK : ChartColour.NORMAL);
        }
        if (!name.equals("rate") && !ends.isEmpty()) {
            double[] middles = new double[ends.size()];
            double[] means = new double[ends.size()];
            for (int epoch = 0, first = 0; epoch < means.length; first = ends.get(epoch++)) {
                middles[epoch] = (first + 1 + ends.get(epoch)) / 2.0;
                means[epoch] = values.subList(first, ends.get(epoch)).stream()
                        .mapToDouble(v -> v)
                        .average()
                        .orElse(Double.NaN);
            }
            Charts.add(chart, "epoch", middles, means, ChartColour.MARK);
        }
        return Svg.of(chart, label, "training-" + name.replaceAll("[^A-Za-z0-9]", ""));
    }

    private String validation() {
        XYChart chart = Charts.chart("Epoch", "AUROC", Math.max(1, epochs.size()), 1);
        double low = 1;
        for (String score : List.of("imageAuroc", "pixelAuroc")) {
            double[] x = new double[epochs.size()];
            double[] y = new double[epochs.size()];
            for (int i = 0; i < x.length; i++) {
                x[i] = i + 1;
                y[i] = epochs.get(i).path(score).asDouble();
                low = y[i] < low ? y[i] : low;
            }
            Charts.add(chart, score, x, y, score.startsWith("image") ? ChartColour.IMAGE : ChartColour.PIXEL);
        }
        chart.getStyler().setYAxisMin(Math.max(0, Math.floor(20 * low - 0.5) / 20));
        chart.getStyler().setXAxisDecimalPattern("0");
        return Svg.of(chart, "Image and pixel AUROC of the validation by epoch", "training-validation");
    }

    private void table(StringBuilder html) {
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Epochs\"><table><thead><tr>");
        for (String head : List.of("Epoch", "Rate", "Mean loss", "I-AUROC", "P-AUROC", "Best so far")) {
            html.append("<th scope=\"col\">").append(head).append("</th>");
        }
        html.append("</tr></thead><tbody>");
        for (JsonNode epoch : epochs) {
            html.append("<tr><th scope=\"row\">").append(epoch.path("epoch").asInt() + 1);
            html.append("</th><td>").append(Html.text(epoch.path("learningRate").asText()));
            html.append("</td><td>").append(Html.number(epoch.path("meanLoss").asDouble(Double.NaN)));
            html.append("</td><td>").append(Html.number(epoch.path("imageAuroc").asDouble(Double.NaN)));
            html.append("</td><td>").append(Html.number(epoch.path("pixelAuroc").asDouble(Double.NaN)));
            html.append("</td><td>").append(epoch.path("best").asBoolean() ? "yes" : "");
            html.append("</td></tr>");
        }
        html.append("</tbody></table></div>");
    }
}
