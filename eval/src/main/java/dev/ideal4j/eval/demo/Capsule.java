package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A printed gelatine capsule, red and cream, on a light tray. */
final class Capsule implements Part {
    private static final double HALF = 100;
    private static final double RADIUS = 44;
    private static final double SEAM = -6;
    private static final Rgb CAP = new Rgb(0.70, 0.16, 0.14);
    private static final Rgb BODY = new Rgb(0.88, 0.80, 0.62);
    private static final Rgb TRAY = new Rgb(0.80, 0.82, 0.83);
    private static final Rgb INK = new Rgb(0.18, 0.15, 0.14);
    /** The print, five rows of pixels: "ID 4J". */
    private static final String[] PRINT = {
        "### ##.. .... #.# ..##",
        ".#. #.#. .... #.# ...#",
        ".#. #.#. .... ### ...#",
        ".#. #.#. .... ..# #..#",
        "### ##.. .... ..# .##."
    };

    @Override
    public String name() {
        return "capsule";
    }

    @Override
    public int size() {
        return 288;
    }

    @Override
    public List<String> defects() {
        return List.of("crack", "dented", "misprint", "specks", "squeezed");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 4 * spread, 6 * spread, 0.01 * spread);
        double tone = 1 + 0.025 * spread * variation.nextGaussian();
        double turn = 2.5 * spread * variation.nextGaussian();
        double squeeze = defect.is("squeezed") ? defect.strength() * defect.between(0.28, 0.42) : 0;
        double pinch = defect.between(-70, 70);
        boolean smeared = defect.is("misprint");
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                double grain = noise.fractal(0.3 * x, 0.3 * y, 2);
                surface.colour(x, y, TRAY.times(1 + 0.03 * grain), 1);
                double near = (u - pinch) / 30;
                double width = 1 - squeeze / (1 + near * near * near * near);
                double shadow = Shapes.segment(u - 6, (v - 8) / width, -HALF + RADIUS, 0, HALF - RADIUS, 0, RADIUS);
                surface.tint(x, y, Rgb.grey(0.55), Shapes.cover(shadow, 14));
                shell(surface, x, y, u, v / width, noise, tone, turn, smeared ? defect.strength() : 0);
            }
        }
        switch (defect.kind()) {
            case "crack" -> Defects.crack(surface, defect, new Rgb(0.16, 0.08, 0.06));
            case "dented" -> Defects.dent(surface, defect);
            case "specks" -> Defects.particles(surface, defect, new Rgb(0.22, 0.20, 0.18));
            default -> {}
        }
    }

    private static void shell(
            Surface surface, int x, int y, double u, double v, Noise noise, double tone, double turn, double faded) {
        // The cap slides over the body. It is a little wider, with a step at the seam.
        boolean cap = u < SEAM;
        double radius = cap ? RADIUS : RADIUS - 2.5;
        double distance = Shapes.segment(u, v, -HALF + RADIUS, 0, HALF - RADIUS, 0, radius);
        double cover = Shapes.cover(distance);
        surface.part(x, y, cover);
        if (cover == 0) {
            return;
        }
        double fromAxis = distance + radius;
        double round = Math.sqrt(Math.max(0.02, 1 - fromAxis * fromAxis / (radius * radius)));
        double seam = Math.abs(u - SEAM);
        Rgb colour = (cap ? CAP : BODY).times(tone * (0.72 + 0.28 * round) * (1 + 0.02 * noise.at(0.1 * u, 0.1 * v)));
        colour = colour.times(1 - 0.35 * Shapes.cover(seam - 0.8, 2));
        surface.colour(x, y, colour, cover);
        double ink = print(u - 18, v - turn) * (1 - faded * Shapes.clamp(0.6 + 1.2 * noise.at(0.09 * u, 0.13 * v)));
        surface.colour(x, y, INK, 0.85 * cover * ink);
        surface.level(x, y, 0.62 * radius * round, cover);
        surface.polish(x, y, 0.5, cover);
    }

    /** The share of ink at a position, 0 to 1. The print starts at the origin and is 66 × 15 pixels. */
    private static double print(double u, double v) {
        double dot = 2.9;
        double ink = 0;
        int row = (int) Math.floor((v + 7.5) / dot);
        int column = (int) Math.floor(u / dot);
        for (int j = Math.max(0, row - 1); j <= Math.min(PRINT.length - 1, row + 1); j++) {
            for (int i = Math.max(0, column - 1); i <= Math.min(PRINT[j].length() - 1, column + 1); i++) {
                if (PRINT[j].charAt(i) == '#') {
                    double box = Shapes.box(u - (i + 0.5) * dot, v + 7.5 - (j + 0.5) * dot, dot / 2, dot / 2, 0);
                    ink = Math.max(ink, Shapes.cover(box));
                }
            }
        }
        return ink;
    }
}
