package dev.ideal4j.eval.compare;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.compare.PairedBootstrap.Difference;
import dev.ideal4j.eval.compare.PairedBootstrap.Product;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.evaluate.Spread;
import dev.ideal4j.eval.metrics.Auroc;
import dev.ideal4j.eval.metrics.AveragePrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two results side by side. Metrics are those of each result; differences of image metrics, their intervals and their
 * significance are of the pictures, seeds and products that both have.
 */
public final class Comparison {
    private final Results first;
    private final Results second;
    private final Map<String, Paired> products = new LinkedHashMap<>();
    private long shared;
    private long unshared;

    /** Scores of a product's pictures by both, and by seed. */
    private record Paired(
            TreeMap<String, Boolean> truth, List<Map<String, Float>> first, List<Map<String, Float>> second) {}

    /**
     * Compares.
     *
     * @throws InvalidInputException if they have no picture in common, or disagree about one
     */
    public Comparison(Results first, Results second) {
        this.first = first;
        this.second = second;
        for (ProductResult one : first.products()) {
            second.products().stream()
                    .filter(other -> other.product().equals(one.product()) && other.seed() == one.seed())
                    .findFirst()
                    .ifPresent(other -> pair(one, other));
        }
        unshared = pictures(first) + pictures(second) - 2 * shared;
        if (shared == 0) {
            throw new InvalidInputException(
                    "results",
                    "no picture, product and seed in common",
                    "two results on one data set, with a seed in common");
        }
    }

    private static long pictures(Results results) {
        return results.products().stream()
                .mapToLong(result -> result.images().size())
                .sum();
    }

    private void pair(ProductResult one, ProductResult other) {
        Map<String, ScoredImage> others = new LinkedHashMap<>();
        other.images().forEach(image -> others.put(image.image(), image));
        Paired paired = products.computeIfAbsent(
                one.product(), product -> new Paired(new TreeMap<>(), new ArrayList<>(), new ArrayList<>()));
        Map<String, Float> firstScores = new LinkedHashMap<>();
        Map<String, Float> secondScores = new LinkedHashMap<>();
        for (ScoredImage image : one.images()) {
            ScoredImage same = others.get(image.image());
            if (same != null) {
                if (same.anomalous() != image.anomalous()) {
                    throw new InvalidInputException(
                            image.image(), "normal in one result, anomalous in the other", "one truth");
                }
                paired.truth().put(image.image(), image.anomalous());
                firstScores.put(image.image(), image.score());
                secondScores.put(image.image(), same.score());
                shared++;
            }
        }
        paired.first().add(firstScores);
        paired.second().add(secondScores);
    }

    /** The tables, for people. */
    public String text() {
        List<Product> samples =
                products.values().stream().map(Comparison::sample).toList();
        List<Difference> auroc = PairedBootstrap.differences(samples, Auroc::of);
        List<Difference> precision = PairedBootstrap.differences(samples, AveragePrecision::of);
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d scores of %d products in both, %d in one only%n%n",
                shared,
                products.size(),
                unshared));
        header(text, "Mean over products");
        for (Measure measure : SideBySide.MEASURES) {
            Difference difference = measure == Measure.IMAGE_AUROC
                    ? auroc.get(products.size())
                    : measure == Measure.IMAGE_AP ? precision.get(products.size()) : null;
            double one = Spread.ofMeans(first, measure).mean();
            double other = Spread.ofMeans(second, measure).mean();
            row(text, measure.label(), one, other, difference);
        }
        text.append('\n');
        header(text, "I-AUROC");
        int p = 0;
        for (String product : products.keySet()) {
            double one = Spread.ofProduct(first, product, Measure.IMAGE_AUROC).mean();
            double other =
                    Spread.ofProduct(second, product, Measure.IMAGE_AUROC).mean();
            row(text, product, one, other, auroc.get(p++));
        }
        return text.append(
                        String.format(
                                "%nB−A, interval and p: paired bootstrap over pictures, 2,000 resamples; p is not corrected for%n"
                                        + "the number of comparisons. Other differences are of the two values as they stand.%n"))
                .toString();
    }

    private static Product sample(Paired paired) {
        List<String> images = List.copyOf(paired.truth().keySet());
        boolean[] anomalous = new boolean[images.size()];
        for (int i = 0; i < anomalous.length; i++) {
            anomalous[i] = paired.truth().get(images.get(i));
        }
        return new Product(
                anomalous,
                paired.first().stream().map(scores -> row(images, scores)).toList(),
                paired.second().stream().map(scores -> row(images, scores)).toList());
    }

    private static float[] row(List<String> images, Map<String, Float> scores) {
        float[] row = new float[images.size()];
        Arrays.fill(row, Float.NaN);
        for (int i = 0; i < row.length; i++) {
            row[i] = scores.getOrDefault(images.get(i), Float.NaN);
        }
        return row;
    }

    private static void header(StringBuilder text, String title) {
        text.append(String.format("%-20s %-8s %-8s %-8s %-20s %s%n", title, "A", "B", "B−A", "95 % interval", "p"));
    }

    private static void row(StringBuilder text, String name, double one, double other, Difference difference) {
        text.append(String.format("%-20s %-8s %-8s ", name, number(one), number(other)));
        if (difference == null) {
            text.append(signed(other - one)).append('\n');
            return;
        }
        String interval = Double.isNaN(difference.low())
                ? "–"
                : "[" + signed(difference.low()) + ", " + signed(difference.high()) + "]";
        text.append(
                String.format("%-8s %-20s %s%n", signed(difference.value()), interval, probability(difference.p())));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String signed(double value) {
        return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%+.4f", value);
    }

    private static String probability(double p) {
        if (Double.isNaN(p)) {
            return "–";
        }
        String stars = p < 0.001 ? " ***" : p < 0.01 ? " **" : p < 0.05 ? " *" : "";
        return String.format(Locale.ROOT, "%.4f%s", p, stars);
    }
}
