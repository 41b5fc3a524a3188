package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.Arrays;

/** One query of IDEAL with ViT-S/14 at 448, from picture to map, with one normal and one abnormal reference fitted before. */
final class QueryTask implements AutoCloseable {
    private static final int SIDE = 700;

    private final DinoV2 dino;
    private final IdealDetector ideal;
    private final FittedDetector fitted;
    private final RgbImage query = Pictures.noise(SIDE, SIDE, 3);

    QueryTask(Backend backend) {
        dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", backend);
        ideal = IdealDetector.untrained(dino, 1);
        boolean[] defect = new boolean[SIDE * SIDE];
        Arrays.fill(defect, 100 * SIDE, 130 * SIDE, true);
        fitted = ideal.fit(References.builder()
                .normal(Pictures.noise(SIDE, SIDE, 1))
                .abnormal(Pictures.noise(SIDE, SIDE, 2), new Mask(SIDE, SIDE, defect))
                .build());
    }

    float[] run() {
        return new float[] {fitted.score(query).score()};
    }

    @Override
    public void close() {
        fitted.close();
        ideal.close();
        dino.close();
    }
}
