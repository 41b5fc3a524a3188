package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A brushed steel flange with six bolt holes on a dark rubber mat. */
final class Ring implements Part {
    private static final int HOLES = 6;
    private static final double OUTER = 128;
    private static final double INNER = 58;
    private static final double BOLTS = 93;
    private static final double BOLT = 13;
    private static final Rgb STEEL = new Rgb(0.66, 0.67, 0.69);
    private static final Rgb MAT = new Rgb(0.17, 0.18, 0.20);
    private static final Rgb RUST = new Rgb(0.52, 0.27, 0.11);

    @Override
    public String name() {
        return "ring";
    }

    @Override
    public int size() {
        return 320;
    }

    @Override
    public List<String> defects() {
        return List.of("chip", "dent", "plugged", "rust", "scratch");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 3 * spread, Math.min(30, 12 * spread), 0.008 * spread);
        Rgb steel = STEEL.times(1 + 0.02 * spread * variation.nextGaussian());
        double sheen = 0.25 * variation.nextGaussian() * spread;
        int plugged = defect.is("plugged") ? defect.below(HOLES) : -1;
        Notch notch = defect.is("chip") ? Notch.draw(defect) : null;
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                mat(surface, x, y, noise);
                double outline = outline(u, v, plugged);
                if (notch != null) {
                    outline = Math.max(outline, notch.depth(u, v, noise));
                }
                double shadow = outline(u - 5, v - 6, -1);
                surface.tint(x, y, Rgb.grey(0.45), Shapes.cover(shadow, 9));
                steel(surface, x, y, u, v, outline, noise, steel, sheen);
                if (plugged >= 0) {
                    plug(surface, x, y, hole(u, v, plugged), defect.strength());
                }
            }
        }
        switch (defect.kind()) {
            case "dent" -> Defects.dent(surface, defect);
            case "rust" -> rust(surface, defect);
            case "scratch" -> Defects.scratch(surface, defect, Rgb.grey(defect.sign() > 0 ? 0.97 : 0.25));
            default -> {}
        }
    }

    private static void mat(Surface surface, int x, int y, Noise noise) {
        double grain = 0.25 * noise.fractal(0.35 * x, 0.35 * y, 2);
        surface.colour(x, y, MAT.times(1 + grain), 1);
        surface.raise(x, y, 0.3 * grain);
    }

    private static double outline(double u, double v, int without) {
        double r = Shapes.length(u, v);
        double outline = Math.max(r - OUTER, INNER - r);
        for (int i = 0; i < HOLES; i++) {
            if (i != without) {
                outline = Math.max(outline, -hole(u, v, i));
            }
        }
        return outline;
    }

    private static double hole(double u, double v, int index) {
        double angle = 2 * Math.PI * index / HOLES;
        return Shapes.length(u - BOLTS * StrictMath.cos(angle), v - BOLTS * StrictMath.sin(angle)) - BOLT;
    }

    private static void steel(
            Surface surface, int x, int y, double u, double v, double outline, Noise noise, Rgb steel, double sheen) {
        double cover = Shapes.cover(outline);
        if (cover > 0) {
            double r = Shapes.length(u, v);
            double grooves = noise.at(0.9 * r, 0.9 + 0.9 * u / r) + 0.7 * noise.at(0.28 * r, 40 + 1.4 * v / r);
            // The brushing runs around the centre, so that its reflection is two opposite bright fans.
            double across = (0.75 * u + 0.66 * v) / r + 0.2 * sheen;
            double fan = 0.82 + 0.30 * across * across * across * across;
            surface.colour(x, y, steel.times(fan * (1 + 0.13 * grooves)), cover);
            double bevel = Shapes.smooth(-outline / 5);
            surface.level(x, y, 6 * bevel, cover);
            surface.raise(x, y, 0.12 * grooves * cover);
            surface.polish(x, y, 0.16, cover);
        }
        surface.part(x, y, cover);
    }

    private static void plug(Surface surface, int x, int y, double distance, double strength) {
        double cover = Shapes.cover(distance) * strength;
        double rim = Math.max(0, 1 - Math.abs(distance + 1) / 2);
        surface.colour(x, y, new Rgb(0.40, 0.38, 0.36), 0.9 * cover);
        surface.raise(x, y, -2.5 * rim * strength);
    }

    private static void rust(Surface surface, Defect defect) {
        Spot spot = Spot.draw(surface, defect, 13, 24, 0.6);
        Noise grain = new Noise(defect.random().nextLong());
        spot.paint(surface, 4, (x, y, distance) -> {
            double patchy = Shapes.clamp(0.75 + 0.9 * grain.fractal(0.22 * x, 0.22 * y, 3));
            double cover = defect.strength() * Shapes.cover(distance, 4) * patchy;
            surface.colour(x, y, RUST.times(0.9 + 0.5 * grain.at(0.6 * x, 0.6 * y)), 0.85 * cover);
            surface.polish(x, y, 0, cover);
            surface.raise(x, y, 0.8 * cover * grain.at(0.5 * x, 0.5 * y));
        });
    }

    /** A piece broken out of the outer rim. */
    private record Notch(double u, double v, double radius) {
        static Notch draw(Defect defect) {
            double angle = defect.between(0, 2 * Math.PI);
            double radius = defect.strength() * defect.pixels(10, 18);
            double at = OUTER + 0.25 * radius;
            return new Notch(at * StrictMath.cos(angle), at * StrictMath.sin(angle), radius);
        }

        double depth(double atU, double atV, Noise noise) {
            double rough = 2.5 * noise.fractal(0.18 * atU, 0.18 * atV, 2);
            return radius - Shapes.length(atU - u, atV - v) + rough;
        }
    }
}
