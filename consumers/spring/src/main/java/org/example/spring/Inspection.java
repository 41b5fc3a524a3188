package org.example.spring;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.ideal.IdealDetector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A service that opens what lives long as beans. Spring closes them in the opposite order. */
@SpringBootApplication
public class Inspection {
    private static final int SIDE = 112;

    public static void main(String[] args) {
        SpringApplication.run(Inspection.class, args);
    }

    @Bean
    Backend backend() {
        return Backends.best();
    }

    @Bean
    FeatureExtractor extractor(Backend backend) {
        return new BuiltinBackbone(backend, SIDE);
    }

    @Bean
    FittedDetector part(FeatureExtractor extractor) {
        try (IdealDetector ideal = IdealDetector.knownDefects(extractor)) {
            return ideal.fit(References.builder()
                    .normal(part(1, false))
                    .normal(part(2, false))
                    .build());
        }
    }

    @Bean
    MeterRegistry registry() {
        return new SimpleMeterRegistry();
    }

    @Bean
    CommandLineRunner inspect(Backend backend, FittedDetector detector, MeterRegistry registry) {
        Scorer measured = detector.heardBy(new Meters(registry));
        return args -> {
            System.out.println("backend " + backend.name() + ": " + backend.description());
            System.out.println("good " + measured.score(part(3, false)).score());
            System.out.println("scratched " + measured.score(part(3, true)).score());
            System.out.println("measured " + registry.timer("inspection").count());
        };
    }

    private static RgbImage part(long seed, boolean scratched) {
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
