package org.example.app;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.Random;

/** Scores a good and a scratched part, both generated. */
public final class Main {
    static final int SIDE = 112;

    private Main() {}

    public static void main(String[] args) {
        try (Backend backend = Backends.best();
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector ideal = IdealDetector.knownDefects(extractor);
                FittedDetector part = ideal.fit(
                        References.builder().normal(part(1, false)).normal(part(2, false)).build())) {
            System.out.println("backend " + backend.name() + ": " + backend.description());
            System.out.println("methods " + DetectorMethods.all().size());
            System.out.println("good " + part.score(part(3, false)).score());
            System.out.println("scratched " + part.score(part(3, true)).score());
        }
    }

    static RgbImage part(long seed, boolean scratched) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean scratch = scratched && y > 50 && y < 58 && x > 20 && x < 90;
                int grey = (scratch ? 220 : 90 + 40 * (x / 8 % 2)) + random.nextInt(12);
                for (int c = 0; c < 3; c++) {
                    samples[3 * (y * SIDE + x) + c] = (byte) grey;
                }
            }
        }
        return new RgbImage(SIDE, SIDE, samples);
    }
}
