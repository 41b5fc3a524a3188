package dev.ideal4j.eval.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.ArrayList;
import java.util.List;

/** The maps that the fixture {@code meta/metrics.json} defines by a formula. */
record FormulaMaps(ScoredMaps maps, double sum) {
    static FormulaMaps of(JsonNode settings) {
        return of(
                settings.path("images").asInt(),
                settings.path("height").asInt(),
                settings.path("width").asInt(),
                settings.path("step").asInt(),
                settings.path("smoothing").asBoolean());
    }

    static FormulaMaps of(int images, int height, int width, int step, boolean smoothing) {
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < images; i++) {
            Mask mask = mask(width, height, i % 2 == 1);
            float[] values = new float[width * height];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    long mixed = i * 7919L + y * 104729L + x * 1299709L;
                    int marked = mask.pixels()[y * width + x] ? 1 : 0;
                    values[y * width + x] =
                            (float) (mixed % 1000 / 4000.0 + marked * ((y / step + x / step) % 4) / 5.0);
                }
            }
            ScoreMap map = new ScoreMap(width, height, values);
            map = smoothing ? SmoothedMaps.gaussian(map) : map;
            for (float value : map.values()) {
                sum += value;
            }
            maps.add(map);
            masks.add(mask);
        }
        return new FormulaMaps(ScoredMaps.of(maps, masks), sum);
    }

    private static Mask mask(int w, int h, boolean marked) {
        boolean[] pixels = new boolean[w * h];
        if (marked) {
            block(pixels, w, h / 4, h / 2, w / 5, w / 5 + w / 4);
            block(pixels, w, h / 2, h / 2 + h / 8, w / 5 + w / 4, w / 5 + w / 4 + w / 8);
        }
        return new Mask(w, h, pixels);
    }

    private static void block(boolean[] pixels, int width, int top, int bottom, int left, int right) {
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                pixels[y * width + x] = true;
            }
        }
    }
}
