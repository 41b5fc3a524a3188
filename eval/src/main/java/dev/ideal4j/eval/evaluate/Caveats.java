package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.Aupimo;
import dev.ideal4j.eval.metrics.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sentences that warn a reader of results: undefined metrics, few images, lost masks. */
public final class Caveats {
    private static final int FEW = 10;
    private static final int NAMED = 5;

    private Caveats() {}

    /** All warnings; empty if there is none. */
    public static List<String> of(Results results) {
        List<String> caveats = new ArrayList<>();
        chance(results, caveats);
        few(results, caveats);
        undefined(results, false, caveats);
        undefined(results, true, caveats);
        aupimo(results, caveats);
        means(results, caveats);
        lostMasks(results, caveats);
        return caveats;
    }

    private static void chance(Results results, List<String> caveats) {
        each(results, result -> {
                    double auroc = result.image().auroc();
                    if (Double.isNaN(auroc) || result.imageAuroc95().low() > 0.5) {
                        return null;
                    }
                    return result.imageAuroc95().high() < 0.5
                            ? "I-AUROC is below chance (0.5): good images score higher than defective ones"
                            : "I-AUROC may be chance: its 95 % interval contains 0.5";
                })
                .forEach((text, where) -> caveats.add(where + ": " + text));
    }

    private static void few(Results results, List<String> caveats) {
        each(results, result -> {
                    long good = result.count(false);
                    long defective = result.count(true);
                    if (good == 0 || defective == 0 || Math.min(good, defective) >= FEW) {
                        return null;
                    }
                    return "only " + good + " good and " + defective + " defective images: all numbers are rough";
                })
                .forEach((text, where) -> caveats.add(where + ": " + text));
    }

    private static void undefined(Results results, boolean ofPixels, List<String> caveats) {
        String what = ofPixels ? "pixel metrics" : "image metrics";
        each(results, result -> {
                    Undefined why = ofPixels
                            ? result.pixel().undefined()
                            : result.image().undefined();
                    return why == null ? null : what + " are undefined: " + why.reason();
                })
                .forEach((text, where) -> caveats.add(where + ": " + text));
    }

    private static void aupimo(Results results, List<String> caveats) {
        each(results, result -> {
                    Aupimo.Summary aupimo = result.pixel().aupimo();
                    if (aupimo.rough()) {
                        return "AUPIMO is rough: good images have few pixels for false-positive rates of 1e-5 to 1e-4";
                    }
                    boolean told = aupimo.undefined() == null
                            || result.pixel().undefined() != null
                            || aupimo.undefined() == Undefined.NO_GOOD_IMAGE;
                    return told
                            ? null
                            : "AUPIMO is undefined: " + aupimo.undefined().reason();
                })
                .forEach((text, where) -> caveats.add(where + ": " + text));
    }

    private static void means(Results results, List<String> caveats) {
        for (Measure measure : List.of(Measure.IMAGE_AUROC, Measure.PIXEL_AUROC, Measure.PUBLISHED_PRO)) {
            int all = results.products().size();
            int defined = measure.defined(results.products());
            boolean told =
                    measure == Measure.PUBLISHED_PRO && defined == Measure.PIXEL_AUROC.defined(results.products());
            if (defined < all && defined > 0 && !told) {
                String what = measure == Measure.PUBLISHED_PRO
                        ? "P-PRO"
                        : measure.isOfPixels() ? "pixel metrics" : "image metrics";
                caveats.add("means of " + what + " count " + defined + " of " + all
                        + (results.seeds().size() > 1 ? " results (one for each product and seed)" : " products"));
            }
        }
    }

    private static void lostMasks(Results results, List<String> caveats) {
        each(results, result -> {
                    List<LostMask> lost = result.lostMasks();
                    if (lost.isEmpty()) {
                        return null;
                    }
                    String names = lost.stream()
                            .limit(NAMED)
                            .map(mask ->
                                    mask.mask() + (mask.pixels() == 0 ? " (empty)" : " (" + mask.pixels() + " pixels)"))
                            .collect(Collectors.joining(", "));
                    return (lost.size() == 1 ? "1 mask marks" : lost.size() + " masks mark")
                            + " no pixel of the anomaly map, so pixel metrics count the defect as good: " + names
                            + (lost.size() > NAMED ? " and " + (lost.size() - NAMED) + " more" : "");
                })
                .forEach((text, where) -> caveats.add(where + ": " + text));
    }

    /** The sentences of the results, each once, with its products. If there are several seeds, also with its seeds. */
    private static Map<String, String> each(Results results, Function<ProductResult, String> sentence) {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (String product : Spread.products(results)) {
            Map<String, List<Long>> seeds = new LinkedHashMap<>();
            for (ProductResult result : results.products()) {
                String text = result.product().equals(product) ? sentence.apply(result) : null;
                if (text != null) {
                    seeds.computeIfAbsent(text, t -> new ArrayList<>()).add(result.seed());
                }
            }
            seeds.forEach((text, of) -> sentences.merge(
                    text,
                    product + (of.size() < results.seeds().size() ? " (seed " + join(of) + ")" : ""),
                    (one, other) -> one + ", " + other));
        }
        return sentences;
    }

    private static String join(List<Long> seeds) {
        return seeds.stream().map(Objects::toString).collect(Collectors.joining(", "));
    }
}
