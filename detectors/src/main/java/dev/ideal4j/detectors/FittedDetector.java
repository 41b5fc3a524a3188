package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.support.Version;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.detectors.onnx.DetectorExport;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A detector fitted to the references of a product. It decides whether an image is good, and more references can be added
 * without running the old ones through the network. Immutable and thread-safe.
 *
 * <p>It keeps the references, resized to the network's input, and their features. Therefore {@link #with}, {@link #without}
 * and {@link FittedDetectors#load} run only new images through the network, and their results have the same bits as a fit to
 * the same references.
 */
public final class FittedDetector implements Scorer {
    private final Lifetime lifetime;
    private final FewShotDetector detector;
    private final FeatureMemory memory;
    private final Map<String, References> products;
    private final FitOptions options;
    private final RegionOfInterest region;
    private final Scorer scorer;
    private final @Nullable Calibration calibration;
    private final @Nullable DecisionRule rule;
    private final List<String> history;

    private FittedDetector(
            FewShotDetector detector,
            FeatureMemory memory,
            Map<String, References> products,
            FitOptions options,
            Scorer scorer,
            @Nullable Calibration calibration,
            List<String> history) {
        this.lifetime = new Lifetime("the fitted detector (" + detector.name() + ")");
        this.detector = detector;
        this.memory = memory;
        this.products = products;
        this.options = options;
        this.region = new RegionOfInterest(options.region());
        this.scorer = scorer;
        this.calibration = calibration;
        this.rule = rule(calibration, options);
        this.history = List.copyOf(history);
    }

    /** The decision rule; null without calibration and threshold. */
    static @Nullable DecisionRule rule(@Nullable Calibration calibration, FitOptions options) {
        boolean given = !Double.isNaN(options.threshold());
        if (calibration == null) {
            return given ? DecisionRule.of(Threshold.given(options.threshold())) : null;
        }
        double rate = options.maxFalseAlarms();
        Threshold image = given ? Threshold.given(options.threshold()) : calibration.imageThreshold(rate);
        return DecisionRule.of(calibration, image, calibration.pixelThreshold(rate));
    }

    /** Fits a detector; see {@link FewShotDetector#fit}. */
    static FittedDetector fit(FewShotDetector detector, Map<String, References> products, FitOptions options) {
        if (products.isEmpty()) {
            throw new InvalidInputException("products", "none", "at least one");
        }
        Map<String, References> resized = new LinkedHashMap<>();
        products.forEach((name, references) -> resized.put(name, resized(references, detector)));
        List<String> history = new ArrayList<>();
        resized.forEach((name, references) ->
                history.add("fit: " + (name.isEmpty() ? "" : name + ", ") + described(references)));
        return make(detector, resized, options, Map.of(), null, history);
    }

    /** The number of images of each role, as text. */
    static String described(References references) {
        List<String> parts = new ArrayList<>();
        for (Role role : Role.values()) {
            int count = references.of(role).size();
            if (count > 0) {
                parts.add(count + " " + role.label());
            }
        }
        return String.join(", ", parts);
    }

    private static References resized(References references, FewShotDetector detector) {
        return references.map(known -> {
            RgbImage image = detector.resized(known.image());
            return new Reference(
                    known.name(), known.role(), image, resized(known.mask(), image), resized(known.ignored(), image));
        });
    }

    private static @Nullable Mask resized(@Nullable Mask mask, RgbImage image) {
        return mask == null ? null : mask.resize(image.width(), image.height());
    }

    /**
     * Fits a detector.
     *
     * @param products the references of each product, resized
     * @param known features by key, already computed
     * @param saved calibration and learnt weights to use instead of new ones, or null
     */
    private static FittedDetector make(
            FewShotDetector detector,
            Map<String, References> products,
            FitOptions options,
            Map<String, float[]> known,
            @Nullable Saved saved,
            List<String> history) {
        FeatureMemory memory = new FeatureMemory(known, options.listener());
        FewShotDetector own = detector.over(extractor -> StoredFeatures.of(extractor, memory));
        Scorer scorer = null;
        try {
            Calibration calibration = null;
            if (own instanceof MultiProductDetector several && several.isMultiProduct()) {
                scorer = several.scorer(products);
            } else {
                References references = new RegionOfInterest(options.region())
                        .within(products.values().iterator().next());
                boolean calibrates = !Double.isNaN(options.maxFalseAlarms());
                requireOthers(references);
                References learnt = calibrates ? Calibrator.learntFrom(own, references) : references;
                scorer = saved != null ? own.restored(learnt, saved.learnt) : own.scorer(learnt, options.listener());
                if (calibrates) {
                    calibration = saved != null
                            ? saved.calibration
                            : new Calibrator(own, references, options.listener()).calibrate(scorer);
                }
            }
            return new FittedDetector(own, memory, products, options, scorer, calibration, history);
        } catch (RuntimeException | Error e) {
            if (scorer != null) {
                scorer.close();
            }
            own.close();
            throw e;
        } finally {
            memory.end();
        }
    }

    /** Refuses calibration images that are also normal references: their scores say nothing about other images. */
    private static void requireOthers(References references) {
        Map<RgbImage, String> learnt = new HashMap<>();
        references.of(Role.NORMAL).forEach(known -> learnt.put(known.image(), known.name()));
        for (Reference known : references.of(Role.CALIBRATION)) {
            String same = learnt.get(known.image());
            if (same != null) {
                throw new InvalidInputException(
                        known.name(), "the image of the reference " + same, "a good image that is no reference");
            }
        }
    }

    /**
     * Results of an earlier fit, besides references and features.
     *
     * @param calibration null without calibration
     * @param learnt null if the method learns no weights in its fit
     */
    record Saved(
            @Nullable Calibration calibration, @Nullable Weights learnt) {}

    /** A detector from a file; see {@link FittedDetectors#load}. */
    static FittedDetector restore(FewShotDetector detector, FittedFile file) {
        return make(
                detector,
                file.products(),
                file.options(),
                file.features(),
                new Saved(file.calibration(), file.learnt()),
                file.history());
    }

    @Override
    public Map<String, Object> config() {
        Map<String, Object> map = new LinkedHashMap<>(scorer.config());
        if (rule != null) {
            map.put("threshold", rule.image().value());
            map.put("pixelThreshold", rule.pixel().value());
            map.put("thresholdBasis", rule.image().basis().name());
        }
        if (calibration != null) {
            map.put("maxFalseAlarms", options.maxFalseAlarms());
            map.put("calibration", calibration.source().name());
            map.put("calibrationImages", calibration.good().size());
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images) {
        return options.region() == null
                ? decided(scorer.score(images))
                : score(images, Collections.nCopies(images.size(), null));
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images, List<@Nullable Mask> ignored) {
        List<Mask> out = new ArrayList<>();
        List<RgbImage> inside = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            out.add(region.ignored(ignored.get(i), image.width(), image.height()));
            inside.add(region.inside(image));
        }
        return decided(scorer.score(inside, out));
    }

    @Override
    public boolean readsRows() {
        return scorer.readsRows();
    }

    @Override
    public Anomaly score(RgbImage.Rows image, @Nullable Mask ignored, Parts heard) {
        Mask out = region.ignored(ignored, image.width(), image.height());
        return decided(List.of(scorer.score(region.inside(image), out, heard))).get(0);
    }

    private List<Anomaly> decided(List<Anomaly> anomalies) {
        return rule == null
                ? anomalies
                : anomalies.stream().map(anomaly -> anomaly.with(rule)).toList();
    }

    @Override
    public Scorer forImagesLike(RgbImage first) {
        Scorer chosen = scorer.forImagesLike(first);
        return chosen == scorer ? this : chosen;
    }

    @Override
    public @Nullable Weights learnt() {
        return scorer.learnt();
    }

    /** The method. */
    public String method() {
        return detector.name();
    }

    /**
     * The known images, resized to the network's input.
     *
     * @throws InvalidInputException if this was fitted to several products
     */
    public References references() {
        if (products.size() > 1) {
            throw new InvalidInputException("fitted detector", "several products", "one");
        }
        return products.values().iterator().next();
    }

    /** The known images of each product, by its name; the name is empty if the detector was fitted to one product. */
    public Map<String, References> products() {
        return Collections.unmodifiableMap(products);
    }

    /** The scores of known images; empty if there are too few images, or calibration was not requested. */
    public Optional<Calibration> calibration() {
        return Optional.ofNullable(calibration);
    }

    /** The decision rule; empty without calibration and threshold. */
    public Optional<DecisionRule> rule() {
        return Optional.ofNullable(rule);
    }

    /** How this was fitted. */
    public FitOptions options() {
        return options;
    }

    /** One line for each fit, addition and removal, in order. */
    public List<String> history() {
        return history;
    }

    /**
     * Returns this detector with more known images. Only the new images run through the network. The result has the same bits
     * as a fit to all images in this order, calibration included. A method that trains in its fit trains again.
     *
     * @return a detector independent of this one; the caller closes it
     * @throws InvalidInputException if a name is taken, or this was fitted to several products
     */
    public FittedDetector with(References more) {
        return changed(references().with(resized(more, detector)), options, "add: " + described(more));
    }

    /**
     * Returns this detector without some known images. The result has the same bits as a fit to the remaining images.
     *
     * @param names names of known images
     * @return a detector independent of this one; the caller closes it
     * @throws InvalidInputException if a name is unknown, too few images are left, or this was fitted to several products
     */
    public FittedDetector without(Collection<String> names) {
        return changed(references().without(names), options, "remove: " + String.join(", ", names));
    }

    /**
     * Returns this detector with other options: another rate, threshold or region. Images run through the network only if the
     * region differs.
     *
     * @return a detector independent of this one; the caller closes it
     */
    public FittedDetector with(FitOptions other) {
        boolean same = Objects.equals(other.region(), options.region())
                && (calibration != null || Double.isNaN(other.maxFalseAlarms()));
        return lifetime.call().compute(() -> {
            Saved kept = same ? new Saved(calibration, scorer.learnt()) : null;
            return make(detector, products, other, memory.used(), kept, history);
        });
    }

    private FittedDetector changed(References references, FitOptions other, String what) {
        return lifetime.call().compute(() -> {
            List<String> longer = new ArrayList<>(history);
            longer.add(what);
            return make(detector, Map.of("", references), other, memory.used(), null, longer);
        });
    }

    /**
     * Writes everything but the backbone into one file. The data go to a temporary file, which is then renamed, so that an
     * existing file stays as it is if this fails or is interrupted. {@link FittedDetectors#load} reads the file.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public void save(Path file) {
        save(file, Map.of());
    }

    /**
     * As {@link #save(Path)}, with notes that help a program to find the backbone again.
     *
     * @param notes free text by name
     */
    public void save(Path file, Map<String, String> notes) {
        lifetime.call(this::use).run(() -> FittedFile.write(file, this, detector, memory.used(), notes));
    }

    /**
     * As {@link #save(Path)}, to a stream.
     *
     * @param out not closed
     * @throws java.io.UncheckedIOException if the stream fails
     */
    public void save(OutputStream out) {
        lifetime.call(this::use).run(() -> FittedFile.write(out, this, detector, memory.used(), new TreeMap<>()));
    }

    /**
     * Writes this detector as one ONNX file, for programs that have ONNX Runtime but not this library. The input is an image
     * as bytes, {@code (height, width, 3)}, of any size. The outputs are the image score, the map of {@link Anomaly#map} and,
     * with a decision rule, the calibrated score and the verdict. They agree with this detector's within about 10⁻⁴ of the
     * scale of the scores. The settings and the thresholds are properties of the model.
     *
     * @param backbone opens the backbone of this detector on a given backend, for example {@code BuiltinBackbone::new}; the
     *     opened backbone is closed
     * @param file the file to write, atomically
     * @throws InvalidInputException if the method or one of its settings cannot be exported, the backbone is not the one of
     *     this detector, or the file would exceed 2 GiB
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public void exportOnnx(Function<Backend, ? extends FeatureExtractor> backbone, Path file) {
        lifetime.call(this::use).run(() -> {
            if (options.region() != null) {
                throw new InvalidInputException("ONNX export", "a region of interest", "a detector without one");
            }
            if (!(scorer instanceof GraphScorer drawn)) {
                throw new InvalidInputException(
                        "ONNX export",
                        detector instanceof TiledDetector
                                ? "a detector of tiles"
                                : products.size() > 1 ? "a detector of several products" : "the method " + method(),
                        "ideal, patchcore, anomalydino, subspacead or visionad, for whole images of one product");
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("version", Version.of(FittedDetector.class));
            config().forEach((key, value) -> metadata.put(key, String.valueOf(value)));
            drawn.extractor().identity().forEach(metadata::putIfAbsent);
            DetectorExport.Decision decision = rule == null
                    ? null
                    : new DetectorExport.Decision(rule.image().value(), rule.spread());
            DetectorExport.write(drawn, backbone, decision, metadata, file);
        });
    }

    private Lifetime.Call use() {
        FeatureExtractor extractor = detector.extractor();
        return extractor == null ? Lifetime.Call.NONE : extractor.use();
    }

    @Override
    public void close() {
        scorer.close();
        lifetime.close(detector::close);
    }
}
