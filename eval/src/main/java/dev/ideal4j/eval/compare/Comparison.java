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
import dev.ideal4j.eval.metrics.Ranking;
import dev.ideal4j.eval.metrics.ResampledRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Compares two results. A metric of a result is taken over the products and seeds for which it is defined in both results.
 * Differences of image metrics, their intervals and their significance are computed on the images that both results have.
 */
public final class Comparison {
    /** The two results of a product and seed. */
    private record Pair(ProductResult first, ProductResult second) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final Map<String, Paired> products;
    private final long shared;
    private final long unshared;

    /** The scores of a product's images by both detectors, for each seed. */
    private record Paired(
            TreeMap<String, Boolean> truth, List<Map<String, Float>> first, List<Map<String, Float>> second) {}

    /**
     * Compares two results.
     *
     * @throws InvalidInputException if the results have no image in common, or differ in whether an image is anomalous
     */
    public Comparison(Results first, Results second) {
        for (ProductResult one : first.products()) {
            second.products().stream()
                    .filter(other -> other.product().equals(one.product()) && other.seed() == one.seed())
                    .findFirst()
                    .ifPresent(other -> pairs.add(new Pair(one, other)));
        }
        products = paired(pairs, (pair, image) -> true);
        shared = products.values().stream()
                .flatMap(paired -> paired.first().stream())
                .mapToLong(Map::size)
                .sum();
        unshared = images(first) + images(second) - 2 * shared;
        if (shared == 0) {
            throw new InvalidInputException(
                    "results",
                    "no image, product and seed in common",
                    "two results on one data set, with a seed in common");
        }
    }

    private static long images(Results results) {
        return results.products().stream()
                .mapToLong(result -> result.images().size())
                .sum();
    }

    /** The scores of images that count and that both results have, for each product. */
    private static Map<String, Paired> paired(List<Pair> pairs, BiPredicate<Pair, ScoredImage> counts) {
        Map<String, Paired> products = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            Map<String, ScoredImage> others = new LinkedHashMap<>();
            pair.second().images().forEach(image -> others.put(image.image(), image));
            Paired paired = products.computeIfAbsent(
                    pair.first().product(),
                    product -> new Paired(new TreeMap<>(), new ArrayList<>(), new ArrayList<>()));
            Map<String, Float> firstScores = new LinkedHashMap<>();
            Map<String, Float> secondScores = new LinkedHashMap<>();
            for (ScoredImage image : pair.first().images()) {
                ScoredImage same = others.get(image.image());
                if (same == null || !counts.test(pair, image)) {
                    continue;
                }
                if (same.anomalous() != image.anomalous()) {
                    throw new InvalidInputException(
                            image.image(), "normal in one result, anomalous in the other", "one truth");
                }
                paired.truth().put(image.image(), image.anomalous());
                firstScores.put(image.image(), image.score());
                secondScores.put(image.image(), same.score());
            }
            paired.first().add(firstScores);
            paired.second().add(secondScores);
        }
        return products;
    }

    /** The tables as text. */
    public String text() {
        List<Product> samples =
                products.values().stream().map(Comparison::sample).toList();
        List<Difference> auroc = PairedBootstrap.differences(samples, defined(Auroc::of));
        List<Difference> precision = PairedBootstrap.differences(samples, defined(AveragePrecision::of));
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d scores of %d products in both, %d in one only%n%n",
                shared,
                products.size(),
                unshared));
        header(text, "Mean over products");
        StringBuilder counts = new StringBuilder();
        for (Measure measure : SideBySide.MEASURES) {
            Difference difference = measure == Measure.IMAGE_AUROC
                    ? auroc.get(products.size())
                    : measure == Measure.IMAGE_AP ? precision.get(products.size()) : null;
            List<Pair> defined = defined(measure);
            row(
                    text,
                    measure.label(),
                    mean(defined, Pair::first, measure),
                    mean(defined, Pair::second, measure),
                    difference);
            if (defined.size() < pairs.size()) {
                counts.append(String.format(
                        "%n%s: of %d of %d products and seeds, where both are defined",
                        measure.label(), defined.size(), pairs.size()));
            }
        }
        kinds(text);
        text.append('\n');
        header(text, "I-AUROC");
        int p = 0;
        for (String product : products.keySet()) {
            List<Pair> defined = defined(Measure.IMAGE_AUROC).stream()
                    .filter(pair -> pair.first().product().equals(product))
                    .toList();
            double one = mean(defined, Pair::first, Measure.IMAGE_AUROC);
            double other = mean(defined, Pair::second, Measure.IMAGE_AUROC);
            row(text, product, one, other, auroc.get(p++));
        }
        return text.append(counts.isEmpty() ? "" : counts.append(System.lineSeparator()))
                .append(
                        String.format(
                                "%nB−A, interval and p: paired bootstrap over images, 2,000 resamples; p is not corrected for%n"
                                        + "the number of comparisons. Other differences are of the two values as they stand.%n"))
                .toString();
    }

    /** Image AUROC of the kinds of defect that anomalous references show, and of the other kinds. */
    private void kinds(StringBuilder text) {
        List<Pair> shown = pairs.stream().filter(pair -> !kinds(pair).isEmpty()).toList();
        for (boolean known : shown.isEmpty() ? new boolean[0] : new boolean[] {true, false}) {
            Map<String, Paired> some = paired(
                    shown, (pair, image) -> !image.anomalous() || kinds(pair).contains(image.type()) == known);
            List<Product> samples =
                    some.values().stream().map(Comparison::sample).toList();
            row(
                    text,
                    known ? "I-AUROC, known kind" : "I-AUROC, others",
                    auroc(samples, Product::first),
                    auroc(samples, Product::second),
                    PairedBootstrap.differences(samples, defined(Auroc::of)).get(samples.size()));
        }
    }

    private static Set<String> kinds(Pair pair) {
        Set<String> kinds = new HashSet<>(pair.first().referenceTypes());
        kinds.addAll(pair.second().referenceTypes());
        return kinds;
    }

    /** The mean over products of the means over seeds. */
    private static double auroc(List<Product> samples, Function<Product, List<float[]>> side) {
        return samples.stream()
                .mapToDouble(sample -> side.apply(sample).stream()
                        .mapToDouble(scores ->
                                defined(Auroc::of).applyAsDouble(new ResampledRanking(scores, sample.anomalous())))
                        .average()
                        .orElse(Double.NaN))
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /** The products and seeds for which a measure is defined in both results. */
    private List<Pair> defined(Measure measure) {
        return pairs.stream()
                .filter(pair -> measure.undefined(pair.first()) == null && measure.undefined(pair.second()) == null)
                .toList();
    }

    /** The mean over products, averaged over seeds. */
    private static double mean(List<Pair> pairs, Function<Pair, ProductResult> side, Measure measure) {
        Map<Long, List<ProductResult>> bySeed =
                pairs.stream().map(side).collect(Collectors.groupingBy(ProductResult::seed));
        return Spread.of(bySeed.values().stream().mapToDouble(measure::mean)).mean();
    }

    /** A metric that is NaN without good or without defective images. */
    private static ToDoubleFunction<Ranking> defined(ToDoubleFunction<Ranking> metric) {
        return ranking ->
                ranking.positives() == 0 || ranking.negatives() == 0 ? Double.NaN : metric.applyAsDouble(ranking);
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
        return Double.isNaN(value) ? "undef." : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String signed(double value) {
        return Double.isNaN(value) ? "undef." : String.format(Locale.ROOT, "%+.4f", value);
    }

    private static String probability(double p) {
        if (Double.isNaN(p)) {
            return "–";
        }
        String stars = p < 0.001 ? " ***" : p < 0.01 ? " **" : p < 0.05 ? " *" : "";
        return String.format(Locale.ROOT, "%.4f%s", p, stars);
    }
}
