package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** Polished terrazzo: stone chips of several colours in grey cement. */
final class Tile implements Part {
    private static final double PITCH = 17;
    private static final Rgb CEMENT = new Rgb(0.71, 0.70, 0.68);
    private static final Rgb[] CHIPS = {
        new Rgb(0.87, 0.85, 0.81), new Rgb(0.46, 0.44, 0.43), new Rgb(0.68, 0.50, 0.40), new Rgb(0.80, 0.74, 0.62)
    };

    @Override
    public String name() {
        return "tile";
    }

    @Override
    public int size() {
        return 352;
    }

    @Override
    public List<String> defects() {
        return List.of("chipped", "crack", "glue", "marker", "oil");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 30, 10, 0.015 * spread);
        double tone = 1 + 0.02 * spread * variation.nextGaussian();
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                stone(surface, x, y, u, v, noise, tone);
            }
        }
        switch (defect.kind()) {
            case "chipped" -> Defects.hole(surface, defect, 8, 15, new Rgb(0.50, 0.48, 0.46));
            case "crack" -> Defects.crack(surface, defect, new Rgb(0.12, 0.11, 0.10));
            case "glue" -> Defects.drop(surface, defect, new Rgb(0.90, 0.80, 0.42), 0.75);
            case "marker" -> marker(surface, defect);
            case "oil" -> Defects.stain(surface, defect, new Rgb(0.50, 0.46, 0.36));
            default -> {}
        }
    }

    private static void stone(Surface surface, int x, int y, double u, double v, Noise noise, double tone) {
        double wobbleU = u + 5 * noise.at(0.09 * u, 0.09 * v);
        double wobbleV = v + 5 * noise.at(0.09 * u + 70, 0.09 * v);
        Noise.Nearest chip = noise.nearest(wobbleU / PITCH, wobbleV / PITCH);
        double radius = 2.5 + 6 * ((chip.id() * 37) % 1);
        double distance = Math.max(PITCH * chip.first() - radius, 1.5 - PITCH * (chip.second() - chip.first()) / 2);
        double sand = 0.05 * noise.fractal(0.5 * u, 0.5 * v, 2);
        surface.colour(x, y, CEMENT.times(tone * (1 + sand)), 1);
        Rgb stone = CHIPS[(int) (chip.id() * CHIPS.length)];
        double vein = 0.10 * noise.fractal(0.2 * u + 90 * chip.id(), 0.2 * v, 2);
        surface.colour(x, y, stone.times(tone * (1 + vein)), Shapes.cover(distance));
        surface.raise(x, y, 0.5 * sand);
        surface.polish(x, y, 0.07, 1);
    }

    private static void marker(Surface surface, Defect defect) {
        double[] at = defect.place(surface, 80);
        double width = defect.pixels(2, 3.2);
        Rgb ink = defect.sign() > 0 ? new Rgb(0.16, 0.20, 0.50) : new Rgb(0.62, 0.14, 0.14);
        Curve stroke = Curve.walk(defect.random(), at[0], at[1], defect.pixels(60, 120), 6, 0.12, 0.8);
        stroke.brush(
                surface,
                width + 2,
                (x, y, along, distance) ->
                        surface.tint(x, y, ink, 0.85 * defect.strength() * Shapes.cover(distance - width, 1.5)));
    }
}
