package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** Grained brown leather. */
final class Leather implements Part {
    private static final double PITCH = 9;
    private static final Rgb HIDE = new Rgb(0.53, 0.30, 0.18);

    @Override
    public String name() {
        return "leather";
    }

    @Override
    public int size() {
        return 352;
    }

    @Override
    public List<String> defects() {
        return List.of("colour", "cut", "fold", "glue", "poke");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 30, 10, 0.03 * spread);
        Rgb hide = HIDE.times(1 + 0.025 * spread * variation.nextGaussian());
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                double wobble = 2.2 * noise.at(0.12 * u, 0.12 * v);
                Noise.Nearest grain = noise.nearest((u + wobble) / PITCH, (v - wobble) / PITCH);
                double crease = Shapes.smooth((grain.second() - grain.first()) / 0.35);
                double cloud = noise.fractal(0.015 * u, 0.015 * v, 2);
                double fine = noise.fractal(0.45 * u, 0.45 * v, 2);
                double shade = (0.74 + 0.26 * crease) * (1 + 0.05 * cloud + 0.05 * fine + 0.08 * (grain.id() - 0.5));
                surface.colour(x, y, hide.times(shade), 1);
                surface.raise(x, y, 1.5 * crease + 0.3 * fine);
                surface.polish(x, y, 0.10, 1);
            }
        }
        switch (defect.kind()) {
            case "colour" -> Defects.stain(surface, defect, new Rgb(1.0, 0.62, 0.42));
            case "cut" -> Defects.crack(surface, defect, new Rgb(0.20, 0.10, 0.06));
            case "fold" -> fold(surface, defect);
            case "glue" -> Defects.drop(surface, defect, new Rgb(0.74, 0.64, 0.48), 0.6);
            case "poke" -> Defects.hole(surface, defect, 4, 7, new Rgb(0.12, 0.06, 0.04));
            default -> {}
        }
    }

    private static void fold(Surface surface, Defect defect) {
        double[] at = defect.place(surface, 90);
        double width = defect.pixels(4, 6);
        Curve crease = Curve.walk(defect.random(), at[0], at[1], defect.pixels(100, 180), 8, 0.03, 0.7);
        crease.brush(surface, 3 * width, (x, y, along, distance) -> {
            double end = defect.strength() * Shapes.smooth(5 * Math.min(along, 1 - along));
            double ridge = Shapes.smooth(1 - Math.abs(distance - width) / width);
            surface.raise(x, y, end * (3.2 * ridge - 5 * Shapes.cover(distance, width)));
            surface.tint(x, y, Rgb.grey(0.55), end * Shapes.cover(distance - 0.5, width));
        });
    }
}
