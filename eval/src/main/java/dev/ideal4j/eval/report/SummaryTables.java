package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.Spread;
import j2html.tags.DomContent;
import j2html.tags.specialized.TdTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The tables of all products: the exact metrics, and the metrics of the published protocol with published numbers. */
final class SummaryTables {
    private static final List<Measure> MEASURES = List.of(
            Measure.IMAGE_AUROC,
            Measure.IMAGE_AP,
            Measure.IMAGE_F1,
            Measure.PIXEL_AUROC,
            Measure.PIXEL_AP,
            Measure.PIXEL_F1,
            Measure.PRO30,
            Measure.PRO05,
            Measure.AUPIMO);

    /** P-PRO with ties in a fixed order, and PRO with all thresholds, for comparison with the published P-PRO. */
    private static final List<Measure> BESIDE = List.of(Measure.PUBLISHED_PRO_STABLE, Measure.PRO30);

    private final Results results;
    private final PublishedNumbers published;

    SummaryTables(Results results, PublishedNumbers published) {
        this.results = results;
        this.published = published;
    }

    /** The exact metrics, computed from all pixels. */
    DomContent metrics() {
        return Html.scrolling(
                "Metrics of every product",
                table(
                        thead(tr(
                                Html.columns(List.of("Product", "Good", "Defective", "Missed")),
                                Html.columns(
                                        MEASURES.stream().map(Measure::label).toList()))),
                        tbody(each(Spread.products(results), this::product)),
                        tfoot(tr(
                                Html.row("Mean"),
                                td(),
                                td(),
                                td(),
                                each(MEASURES, measure -> cell(Spread.ofMeans(results, measure), ""))))));
    }

    private TrTag product(String product) {
        List<ProductResult> runs = results.products().stream()
                .filter(result -> result.product().equals(product))
                .toList();
        return tr(
                Html.row(a(product).withHref("#" + Html.anchor(product))),
                td(String.valueOf(runs.get(0).count(false))),
                td(String.valueOf(runs.get(0).count(true))),
                td(OperatingPoints.missed(runs.get(0))),
                each(MEASURES, measure -> cell(Spread.ofProduct(results, product, measure), interval(runs, measure))));
    }

    /** The interval of an image AUROC over images, if there is one run only. */
    private static String interval(List<ProductResult> runs, Measure measure) {
        if (measure != Measure.IMAGE_AUROC
                || runs.size() > 1
                || !runs.get(0).imageAuroc95().exists()) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%.3f to %.3f",
                runs.get(0).imageAuroc95().low(),
                runs.get(0).imageAuroc95().high());
    }

    private static TdTag cell(Spread spread, String interval) {
        String small = spread.count() < 2 ? interval : spread.width();
        TdTag cell = td(Html.number(spread.mean()), iff(!small.isEmpty(), small(small)));
        return Double.isNaN(spread.mean())
                ? cell
                : cell.withClass("bar").withStyle(String.format(Locale.ROOT, "--v:%.4f", Math.max(0, spread.mean())));
    }

    /** The metrics as the published code computes them, with published numbers and the differences if there are any. */
    DomContent published() {
        boolean exist = published.exist();
        return Html.scrolling(
                "As published",
                table(
                        thead(
                                tr(
                                        tall("Product"),
                                        each(
                                                Measure.PUBLISHED,
                                                measure -> exist
                                                        ? th(measure.label())
                                                                .attr("scope", "colgroup")
                                                                .attr("colspan", 3)
                                                        : tall(measure.label())),
                                        each(BESIDE, measure -> tall(measure.label()))),
                                tr(iff(
                                        exist,
                                        each(
                                                Measure.PUBLISHED,
                                                measure -> Html.columns(List.of("here", "published", "±")))))),
                        tbody(each(
                                Spread.products(results),
                                product -> row(product, product, measure -> Spread.ofProduct(results, product, measure)
                                        .mean()))),
                        tfoot(row("Mean", PublishedNumbers.MEAN, measure -> Spread.ofMeans(results, measure)
                                .mean()))));
    }

    private static DomContent tall(String title) {
        return th(title).attr("scope", "col").attr("rowspan", 2);
    }

    private TrTag row(String label, String name, ToDoubleFunction<Measure> values) {
        List<DomContent> cells = new ArrayList<>();
        for (Measure measure : Measure.PUBLISHED) {
            double here = values.applyAsDouble(measure);
            cells.add(td(Html.number(here)));
            if (published.exist()) {
                double there = published.of(name, measure);
                String change = here >= there ? ".up" : here < there ? ".down" : ".none";
                cells.add(td(attrs(".quiet"), Double.isNaN(there) ? text("–") : Html.number(there)));
                cells.add(td(attrs(change), Html.difference(here - there)));
            }
        }
        BESIDE.forEach(measure -> cells.add(td(Html.number(values.applyAsDouble(measure)))));
        return tr(Html.row(label), each(cells, cell -> cell));
    }
}
