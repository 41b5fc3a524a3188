package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A small printed circuit board. All boards have the same layout. */
final class Board implements Part {
    private static final Rgb MASK = new Rgb(0.10, 0.36, 0.22);
    private static final Rgb TRACE = new Rgb(0.16, 0.47, 0.29);
    private static final Rgb GOLD = new Rgb(0.80, 0.66, 0.34);
    private static final Rgb TIN = new Rgb(0.72, 0.73, 0.74);
    private static final Rgb PLASTIC = new Rgb(0.13, 0.13, 0.14);
    private static final Rgb CERAMIC = new Rgb(0.62, 0.50, 0.36);
    private static final Rgb SILK = new Rgb(0.88, 0.89, 0.86);
    private static final Rgb DRILL = new Rgb(0.06, 0.06, 0.06);

    /** Traces, each a straight line. */
    private static final double[][] TRACES = {
        {-140, -118, 20, -118}, {20, -118, 60, -78}, {60, -78, 60, -30}, {-120, -20, -70, -20}, {-120, -20, -120, 90},
        {-120, 90, -96, 114}, {-96, 114, 40, 114}, {70, 40, 128, 40}, {128, 40, 128, -100}, {-30, 52, -30, 78},
        {-30, 78, 30, 78}, {30, 78, 62, 110}, {62, 110, 140, 110}, {-96, -96, -96, -56}, {96, -120, 96, -50},
        {0, 30, 0, 66}, {-60, 30, -60, 96}, {100, 60, 100, 96}
    };

    private static final double[][] VIAS = {
        {-140, -118},
        {60, -30},
        {-120, 60},
        {40, 114},
        {128, -100},
        {140, 110},
        {96, -120},
        {-60, 96},
        {100, 96},
        {-96, -96}
    };

    /** Chips: centre, half width, half height, pins on each long side. */
    private static final double[][] CHIPS = {{-20, 0, 50, 30, 7}, {84, 12, 24, 18, 4}};

    /** Components with two ends: centre, half length, half width, 1 if upright, 1 if ceramic. */
    private static final double[][] PASSIVES = {
        {-104, -56, 13, 7, 1, 0},
        {-66, -84, 13, 7, 0, 1},
        {-20, -84, 13, 7, 0, 0},
        {96, -66, 13, 7, 1, 1},
        {-60, 66, 13, 7, 1, 0},
        {0, 88, 13, 7, 0, 1},
        {60, 72, 13, 7, 0, 0},
        {118, 70, 13, 7, 1, 1},
        {26, -96, 13, 7, 0, 0}
    };

    @Override
    public String name() {
        return "board";
    }

    @Override
    public int size() {
        return 352;
    }

    @Override
    public List<String> defects() {
        return List.of("bridge", "burnt", "missing", "scratch", "shifted");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 3 * spread, 1.5 * spread, 0.004 * spread);
        double tone = 1 + 0.025 * spread * variation.nextGaussian();
        double[][] placed = new double[PASSIVES.length][];
        for (int i = 0; i < placed.length; i++) {
            placed[i] = PASSIVES[i].clone();
            placed[i][0] += 0.8 * spread * variation.nextGaussian();
            placed[i][1] += 0.8 * spread * variation.nextGaussian();
        }
        int which = defect.below(PASSIVES.length);
        int missing = defect.is("missing") ? which : -1;
        int turned = defect.is("shifted") ? which : -1;
        double angle = defect.strength() * defect.sign() * defect.between(0.45, 0.85);
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                bare(surface, x, y, u, v, noise, tone);
                for (double[] chip : CHIPS) {
                    chip(surface, x, y, u - chip[0], v - chip[1], chip, noise);
                }
                for (int i = 0; i < placed.length; i++) {
                    double show = i == missing ? 1 - defect.strength() : 1;
                    passive(surface, x, y, u, v, placed[i], i == turned ? angle : 0, show);
                }
            }
        }
        switch (defect.kind()) {
            case "bridge" -> bridge(surface, pose, defect);
            case "burnt" -> Defects.stain(surface, defect, new Rgb(0.36, 0.25, 0.18));
            case "scratch" -> Defects.scratch(surface, defect, new Rgb(0.80, 0.58, 0.40));
            default -> {}
        }
    }

    private static void bare(Surface surface, int x, int y, double u, double v, Noise noise, double tone) {
        double weave = 0.04 * noise.fractal(0.25 * u, 0.25 * v, 2);
        surface.colour(x, y, MASK.times(tone * (1 + weave)), 1);
        surface.polish(x, y, 0.12, 1);
        double trace = trace(u, v);
        if (trace < 2) {
            surface.colour(x, y, TRACE.times(tone * (1 + weave)), Shapes.cover(trace));
            surface.raise(x, y, Shapes.cover(trace, 2));
        }
        double via = 1e9;
        for (double[] t : VIAS) {
            via = Math.min(via, (u - t[0]) * (u - t[0]) + (v - t[1]) * (v - t[1]));
        }
        if (via < 64) {
            double radius = Math.sqrt(via);
            surface.colour(x, y, GOLD, Shapes.cover(radius - 6.5));
            surface.colour(x, y, DRILL, Shapes.cover(radius - 2.8));
            surface.level(x, y, -3, Shapes.cover(radius - 2.8));
        }
        double frame = Math.abs(Shapes.box(u - CHIPS[0][0], v - CHIPS[0][1], CHIPS[0][2] + 5, CHIPS[0][3] + 17, 0));
        double border = Math.abs(Shapes.box(u, v, 158, 146, 8));
        surface.colour(x, y, SILK, 0.9 * Shapes.cover(Math.min(frame, border) - 0.9));
        double mark = Shapes.box(u + 140, v - 134, 3, 3, 0);
        surface.colour(x, y, SILK, Shapes.cover(mark));
    }

    private static double trace(double u, double v) {
        double trace = 1e9;
        for (double[] t : TRACES) {
            boolean near = u > Math.min(t[0], t[2]) - 5
                    && u < Math.max(t[0], t[2]) + 5
                    && v > Math.min(t[1], t[3]) - 5
                    && v < Math.max(t[1], t[3]) + 5;
            if (near) {
                trace = Math.min(trace, Shapes.segment(u, v, t[0], t[1], t[2], t[3], 2.6));
            }
        }
        return trace;
    }

    private static void chip(Surface surface, int x, int y, double u, double v, double[] chip, Noise noise) {
        if (Math.abs(u) > chip[2] + 12 || Math.abs(v) > chip[3] + 20) {
            return;
        }
        double pitch = 2 * (chip[2] - 6) / (chip[4] - 1);
        double pin = Math.rint((u + chip[2] - 6) / pitch);
        double pinU = Math.max(0, Math.min(chip[4] - 1, pin)) * pitch - chip[2] + 6;
        double leg = Shapes.box(u - pinU, Math.abs(v) - chip[3] - 5, 3.2, 8, 1);
        metal(surface, x, y, TIN, leg, 3, 1);
        double body = Shapes.box(u, v, chip[2], chip[3], 2);
        surface.tint(x, y, Rgb.grey(0.55), 0.8 * Shapes.cover(Shapes.box(u - 3, v - 4, chip[2], chip[3], 2), 6));
        metal(surface, x, y, TIN, leg, 3, 1);
        double cover = Shapes.cover(body);
        surface.colour(x, y, PLASTIC.times(1 + 0.2 * noise.fractal(0.6 * u, 0.6 * v, 2)), cover);
        surface.level(x, y, 9 * Shapes.smooth(-body / 3), cover);
        surface.polish(x, y, 0.1, cover);
        double dot = Shapes.length(u + chip[2] - 9, v - chip[3] + 9) - 3;
        double text = Math.max(Math.abs(v + 3) - 4, Math.abs(u) - 0.6 * chip[2]);
        double letters = Math.max(text, 1.6 - 5 * Shapes.triangle(u / 7));
        surface.colour(x, y, Rgb.grey(0.55), 0.75 * Math.max(Shapes.cover(letters), Shapes.cover(dot)));
    }

    private static void passive(
            Surface surface, int x, int y, double u, double v, double[] part, double turn, double show) {
        double du = u - part[0];
        double dv = v - part[1];
        boolean upright = part[4] == 1;
        double along = upright ? dv : du;
        double across = upright ? -du : dv;
        if (Math.abs(along) > 2 * part[2] || Math.abs(across) > 2 * part[2]) {
            return;
        }
        metal(surface, x, y, GOLD, Shapes.box(Math.abs(along) - part[2], across, 6, part[3] + 2, 1), 1, 1);
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        double a = cos * along + sin * across;
        double b = cos * across - sin * along;
        double body = Shapes.box(a, b, part[2], part[3], 1.5);
        surface.tint(
                x, y, Rgb.grey(0.55), 0.8 * show * Shapes.cover(Shapes.box(a - 2, b - 2, part[2], part[3], 1.5), 4));
        double cover = show * Shapes.cover(body);
        boolean end = Math.abs(a) > part[2] - 5;
        surface.colour(x, y, end ? TIN : part[5] == 1 ? CERAMIC : PLASTIC, cover);
        surface.level(x, y, 6 * Shapes.smooth(-body / 2.5), cover);
        surface.polish(x, y, end ? 0.45 : 0.1, cover);
    }

    private static void metal(Surface surface, int x, int y, Rgb colour, double distance, double height, double show) {
        double cover = show * Shapes.cover(distance);
        surface.colour(x, y, colour, cover);
        surface.level(x, y, height * Shapes.smooth(-distance / 2), cover);
        surface.polish(x, y, 0.4, cover);
    }

    /** Solder that joins two legs of a chip. */
    private static void bridge(Surface surface, Pose pose, Defect defect) {
        double[] chip = CHIPS[defect.below(CHIPS.length)];
        double pitch = 2 * (chip[2] - 6) / (chip[4] - 1);
        double u = chip[0] - chip[2] + 6 + pitch * (0.5 + defect.below((int) chip[4] - 1));
        double v = chip[1] + defect.sign() * (chip[3] + 8);
        Spot spot = Spot.at(pose.x(u, v), pose.y(u, v), defect, 8, 10, 0.3);
        spot.paint(surface, 2, (x, y, distance) -> {
            double cover = defect.strength() * Shapes.cover(distance);
            surface.colour(x, y, TIN.times(1.05), cover);
            surface.level(x, y, 3 + 5 * Math.sqrt(Shapes.clamp(-distance / 9)), cover);
            surface.polish(x, y, 0.6, cover);
        });
    }
}
