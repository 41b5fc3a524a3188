package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A planed board with growth rings, fibres and pores, which differ from board to board. */
final class Wood implements Part {
    private static final Rgb EARLY = new Rgb(0.80, 0.60, 0.38);
    private static final Rgb LATE = new Rgb(0.56, 0.36, 0.19);
    private static final Rgb PORE = new Rgb(0.34, 0.20, 0.10);

    @Override
    public String name() {
        return "wood";
    }

    @Override
    public int size() {
        return 384;
    }

    @Override
    public List<String> defects() {
        return List.of("burn", "hole", "liquid", "paint", "scratch");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 10, 2 * spread, 0.02 * spread);
        double tone = 1 + 0.03 * spread * variation.nextGaussian();
        double start = 200 * variation.nextDouble();
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y) + 500;
                double v = pose.v(x, y) + 500;
                double bow = 9 * noise.at(0.006 * u, 0.0035 * v) + 1.2 * noise.at(0.03 * u, 0.006 * v);
                double ring = (u + start) / 26 + bow / 3;
                double t = ring - Math.floor(ring);
                double late = Shapes.smooth(t / 0.8) * (1 - Shapes.smooth((t - 0.86) / 0.14));
                double fibre = noise.fractal(0.45 * u, 0.018 * v, 3);
                double pore = Shapes.clamp(5 * (noise.at(0.55 * u, 0.055 * v + 300) - 0.32));
                Rgb colour = EARLY.towards(LATE, 0.75 * late).times(tone * (1 + 0.09 * fibre));
                surface.colour(x, y, colour.towards(PORE, 0.55 * pore), 1);
                surface.raise(x, y, 0.5 * fibre - 0.9 * pore);
                surface.polish(x, y, 0.05, 1);
            }
        }
        switch (defect.kind()) {
            case "burn" -> Defects.stain(surface, defect, new Rgb(0.28, 0.22, 0.2));
            case "hole" -> {
                for (int i = 1 + defect.below(3); i > 0; i--) {
                    Defects.hole(surface, defect, 4.5, 8, new Rgb(0.12, 0.07, 0.04));
                }
            }
            case "liquid" -> Defects.stain(surface, defect, new Rgb(0.62, 0.60, 0.66));
            case "paint" -> Defects.drop(surface, defect, new Rgb(0.86, 0.87, 0.84), 0.95);
            case "scratch" -> Defects.scratch(surface, defect, new Rgb(0.93, 0.80, 0.60));
            default -> {}
        }
    }
}
