package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.common.JoinedWeights;
import dev.ideal4j.detectors.common.MemoryBank;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.common.RecordSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** VisionAD of one product: distance of each patch to the nearest of the memory bank. */
final class FittedVisionAd extends OpenDetector {
    private static final String NORMAL_REFERENCES = "normalReferences";

    private final PixelExtractor extractor;
    private final VisionAdConfig config;
    private final int references;
    private final SupportBanks banks;
    private final Scope scope;

    /**
     * @param references number of images in the banks, without their changed copies
     * @param scope owns the banks; closed with this
     */
    FittedVisionAd(PixelExtractor extractor, VisionAdConfig config, int references, SupportBanks banks, Scope scope) {
        this(lifetime(VisionAdDetector.METHOD), extractor, config, references, banks, scope);
    }

    /** A part of something whose lifetime it shares. */
    FittedVisionAd(
            Lifetime lifetime,
            PixelExtractor extractor,
            VisionAdConfig config,
            int references,
            SupportBanks banks,
            Scope scope) {
        super(lifetime, extractor::use);
        this.extractor = extractor;
        this.config = config;
        this.references = references;
        this.banks = banks;
        this.scope = scope;
    }

    @Override
    public Map<String, Object> config() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", VisionAdDetector.METHOD);
        map.put("backbone", extractor.name());
        map.put(NORMAL_REFERENCES, references);
        map.put("abnormalReferences", 0);
        map.put("bankRows", banks.banks().stream().mapToLong(MemoryBank::size).sum());
        map.putAll(RecordSettings.toMap(config));
        return Collections.unmodifiableMap(map);
    }

    /** Number of images in the banks, without their changed copies. */
    int references() {
        return references;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images) {
        int top = config.top(extractor.patches());
        return new PatchScoring(extractor, config.scoreSide(), top, config.smoothing(), extractor.margin())
                .byImages(images, (some, local) -> banks.distances(extractor.pixels(some), some.size(), local));
    }

    @Override
    protected void saveOpen(Path file) {
        Map<String, Object> settings = new LinkedHashMap<>(RecordSettings.toMap(config));
        settings.put(NORMAL_REFERENCES, references);
        settings.put(ClassAwareVisionAd.PRODUCTS, 0);
        FittedFile.write(file, VisionAdDetector.METHOD, extractor, settings, weights(""));
    }

    /** The banks' rows, for a file. */
    Weights weights(String prefix) {
        List<Weights> parts = new ArrayList<>();
        for (int i = 0; i < banks.banks().size(); i++) {
            parts.add(banks.banks().get(i).weights(prefix + "bank." + i + "."));
        }
        return new JoinedWeights(parts);
    }

    /** Builds again what {@link #save} wrote. */
    static FittedVisionAd restore(FittedFile file, PixelExtractor extractor) {
        Scope scope = extractor.backend().scope();
        return file.restore(scope, "a fitted VisionAD detector", () -> {
            VisionAdConfig config = RecordSettings.read(file, VisionAdConfig.class);
            int references = Integer.parseInt(file.config(NORMAL_REFERENCES));
            return new FittedVisionAd(extractor, config, references, banks(file, "", config, extractor, scope), scope);
        });
    }

    /** The banks that {@link #weights} gave to a file. */
    static SupportBanks banks(
            FittedFile file, String prefix, VisionAdConfig config, PixelExtractor extractor, Scope scope) {
        List<MemoryBank> banks = new ArrayList<>();
        for (int i = 0; i < SupportBanks.queries(config).size(); i++) {
            banks.add(MemoryBank.read(file, prefix + "bank." + i + ".", extractor.width(), scope));
        }
        return new SupportBanks(extractor, banks);
    }

    @Override
    protected void free() {
        scope.close();
    }
}
