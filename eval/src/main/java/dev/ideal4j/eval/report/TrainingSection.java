package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.eval.evaluate.Json;
import j2html.TagCreator;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import j2html.tags.specialized.SectionTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        return section().render();
    }

    /** The section. */
    SectionTag section() {
        List<DomContent> plots = new ArrayList<>();
        losses.forEach((name, values) -> plots.add(Html.plot(
                name.equals("total") ? "Total loss" : "Loss: " + name,
                loss(name, values),
                Html.key(ChartColour.NORMAL, "iteration"),
                Html.key(ChartColour.MARK, "mean of epoch"))));
        plots.add(Html.plot(
                "Learning rate", line(axes("Rate", "Learning rate by iteration", rates), ChartColour.MARK, rates)));
        if (best() != null) {
            plots.add(Html.plot(
                    "Validation",
                    validation(),
                    Html.key(ChartColour.IMAGE, "image AUROC"),
                    Html.key(ChartColour.PIXEL, "pixel AUROC")));
        }
        return Html.titled("training", "Training", div(attrs(".charts"), each(plots, plot -> plot)), table());
    }

    private Plot loss(String name, List<Double> values) {
        Plot plot = axes("Loss", name + " loss by iteration, and its mean over each epoch", values);
        double[] middles = new double[ends.size()];
        double[] means = new double[ends.size()];
        for (int epoch = 0, first = 0; epoch < means.length; first = ends.get(epoch++)) {
            middles[epoch] = (first + 1 + ends.get(epoch)) / 2.0;
            means[epoch] = values.subList(first, ends.get(epoch)).stream()
                    .mapToDouble(v -> v)
                    .average()
                    .orElse(Double.NaN);
        }
        return line(plot, ChartColour.NORMAL, values).line(ChartColour.MARK, middles, means);
    }

    /** Axes for a value of each iteration. */
    private static Plot axes(String axis, String label, List<Double> values) {
        DoubleSummaryStatistics range =
                values.stream().mapToDouble(v -> v).filter(Double::isFinite).summaryStatistics();
        double low = range.getCount() == 0 ? 0 : range.getMin();
        double high = range.getCount() == 0 ? 1 : range.getMax();
        double margin = high > low ? 0.05 * (high - low) : Math.max(1e-6, Math.abs(high) * 0.1);
        return new Plot(label, "Iteration", axis, 0, Math.max(1, values.size()), low - margin, high + margin);
    }

    /** Adds a line through the values at 1, 2 and so on. */
    private static Plot line(Plot plot, ChartColour colour, List<Double> values) {
        return plot.line(
                colour,
                IntStream.rangeClosed(1, values.size()).asDoubleStream().toArray(),
                values.stream().mapToDouble(v -> v).toArray());
    }

    private Plot validation() {
        List<Double> images = scores("imageAuroc");
        List<Double> pixels = scores("pixelAuroc");
        double low = Stream.concat(images.stream(), pixels.stream())
                .mapToDouble(v -> v)
                .filter(v -> !Double.isNaN(v))
                .min()
                .orElse(1);
        Plot plot = new Plot(
                "Image and pixel AUROC of the validation by epoch",
                "Epoch",
                "AUROC",
                0,
                Math.max(1, epochs.size()),
                Math.max(0, Math.floor(20 * low - 0.5) / 20),
                1);
        return line(line(plot, ChartColour.IMAGE, images), ChartColour.PIXEL, pixels);
    }

    private List<Double> scores(String name) {
        return epochs.stream().map(epoch -> epoch.path(name).asDouble()).toList();
    }

    private DivTag table() {
        List<String> columns = List.of("Epoch", "Rate", "Mean loss", "I-AUROC", "P-AUROC", "Best so far");
        return Html.scrolling(
                "Epochs",
                TagCreator.table(
                        thead(tr(Html.columns(columns))),
                        tbody(each(
                                epochs,
                                epoch -> tr(
                                        Html.row(String.valueOf(
                                                epoch.path("epoch").asInt() + 1)),
                                        td(epoch.path("learningRate").asText()),
                                        td(number(epoch, "meanLoss")),
                                        td(number(epoch, "imageAuroc")),
                                        td(number(epoch, "pixelAuroc")),
                                        td(epoch.path("best").asBoolean() ? "yes" : ""))))));
    }

    private static DomContent number(JsonNode epoch, String name) {
        return Html.number(epoch.path(name).asDouble(Double.NaN));
    }
}
