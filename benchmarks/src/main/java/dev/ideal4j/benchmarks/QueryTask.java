package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.ScoringPasses;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Queries of IDEAL with ViT-S/14 at 448, from image to map, with one normal and one abnormal reference fitted before. */
final class QueryTask implements AutoCloseable {
    private static final int SIDE = 700;

    private final DinoV2 dino;
    private final IdealDetector ideal;
    private final Scorer fitted;
    private final List<RgbImage> queries;

    /** One query, of a size that must be resized. */
    QueryTask(Backend backend) {
        this(backend, SIDE, 1);
    }

    /**
     * Some queries at once.
     *
     * @param side of all images, references as well
     */
    QueryTask(Backend backend, int side, int count) {
        queries = IntStream.range(0, count)
                .mapToObj(i -> Images.noise(side, side, 3 + i))
                .toList();
        dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", backend);
        ideal = IdealDetector.untrained(dino, 1);
        boolean[] defect = new boolean[side * side];
        Arrays.fill(defect, 100 * side, 130 * side, true);
        fitted = ideal.scorer(References.builder()
                .normal(Images.noise(side, side, 1))
                .abnormal(Images.noise(side, side, 2), new Mask(side, side, defect))
                .build());
    }

    /** Some queries by passes that are recorded or not, whatever the backend. */
    static QueryTask recorded(Backend backend, int side, int count, boolean recorded) {
        String before = System.getProperty(ScoringPasses.PROPERTY);
        System.setProperty(ScoringPasses.PROPERTY, recorded ? "on" : "off");
        try {
            return new QueryTask(backend, side, count);
        } finally {
            if (before == null) {
                System.clearProperty(ScoringPasses.PROPERTY);
            } else {
                System.setProperty(ScoringPasses.PROPERTY, before);
            }
        }
    }

    /** The host's part of a query before the device's. */
    int prepare() {
        return dino.pixels(queries).length;
    }

    float[] run() {
        return new float[] {fitted.score(queries).get(0).score()};
    }

    @Override
    public void close() {
        fitted.close();
        ideal.close();
        dino.close();
    }
}
