package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** Woven wire mesh over a dark ground. */
final class Grid implements Part {
    private static final double PITCH = 26;
    private static final double WIRE = 4.2;
    private static final Rgb STEEL = new Rgb(0.72, 0.73, 0.74);
    private static final Rgb GROUND = new Rgb(0.14, 0.15, 0.17);

    @Override
    public String name() {
        return "grid";
    }

    @Override
    public int size() {
        return 288;
    }

    @Override
    public List<String> defects() {
        return List.of("bent", "broken", "glue", "swarf", "thread");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 40, 2 * spread, 0.015 * spread);
        double tone = 1 + 0.025 * spread * variation.nextGaussian();
        if (defect.is("bent")) {
            double[] at = defect.place(surface, 70);
            double by = defect.strength();
            pose.bend(
                    at[0],
                    at[1],
                    defect.pixels(38, 55),
                    defect.sign() * by * defect.pixels(6, 12),
                    defect.sign() * by * defect.pixels(8, 14));
        }
        Gap gap = defect.is("broken") ? Gap.draw(surface, defect, pose) : null;
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                ground(surface, x, y, u, v, noise);
                double hidden = gap == null ? 0 : gap.hides(u, v) * defect.strength();
                boolean gapLies = gap != null && gap.lies();
                wires(surface, x, y, u, v, noise, tone, gapLies ? hidden : 0, gapLies ? 0 : hidden);
            }
        }
        switch (defect.kind()) {
            case "glue" -> Defects.drop(surface, defect, new Rgb(0.84, 0.78, 0.60), 0.85);
            case "swarf" -> Defects.particles(surface, defect, new Rgb(0.78, 0.60, 0.30));
            case "thread" -> Defects.thread(surface, defect, new Rgb(0.30, 0.62, 0.40));
            default -> {}
        }
    }

    private static void ground(Surface surface, int x, int y, double u, double v, Noise noise) {
        surface.colour(x, y, GROUND.times(1 + 0.2 * noise.fractal(0.08 * u, 0.08 * v, 2)), 1);
        double shadow = Math.min(fromWire(u - 4), fromWire(v - 5));
        surface.tint(x, y, Rgb.grey(0.45), Shapes.cover(shadow - WIRE, 5));
    }

    private static void wires(
            Surface surface, int x, int y, double u, double v, Noise noise, double tone, double lies, double stands) {
        double across = fromWire(v);
        double along = fromWire(u);
        int i = (int) Math.round(u / PITCH);
        int j = (int) Math.round(v / PITCH);
        boolean lyingOnTop = Math.floorMod(i + j, 2) == 0;
        Rgb lying = STEEL.times(tone * (1 + 0.10 * noise.fractal(0.05 * u, 0.8 * v, 2) + 0.05 * noise.cell(j, 77)));
        Rgb standing = STEEL.times(tone * (1 + 0.10 * noise.fractal(0.8 * u, 0.05 * v, 2) + 0.05 * noise.cell(i, 99)));
        if (lyingOnTop) {
            wire(surface, x, y, along, standing, 1 - stands, 0);
            wire(surface, x, y, across, lying, 1 - lies, 2);
        } else {
            wire(surface, x, y, across, lying, 1 - lies, 0);
            wire(surface, x, y, along, standing, 1 - stands, 2);
        }
    }

    private static void wire(Surface surface, int x, int y, double distance, Rgb colour, double show, double lift) {
        double cover = show * Shapes.cover(distance - WIRE);
        if (cover > 0) {
            double round = Math.sqrt(Math.max(0, 1 - distance * distance / ((WIRE + 0.7) * (WIRE + 0.7))));
            surface.colour(x, y, colour.times(0.55 + 0.45 * round), cover);
            surface.level(x, y, 6 + lift + 0.75 * WIRE * round, cover);
            surface.polish(x, y, 0.5, cover);
        }
    }

    /** Distance to the middle of the nearest wire. Wires lie at integer multiples of the pitch. */
    private static double fromWire(double across) {
        return Math.abs(across - PITCH * Math.rint(across / PITCH));
    }

    /** A gap in a wire. */
    private record Gap(boolean lies, double wire, double from, double to) {
        static Gap draw(Surface surface, Defect defect, Pose pose) {
            double[] at = defect.place(surface, 70);
            double u = pose.u((int) at[0], (int) at[1]);
            double v = pose.v((int) at[0], (int) at[1]);
            boolean lies = defect.sign() > 0;
            double half = defect.pixels(12, 26);
            double middle = lies ? u : v;
            return new Gap(lies, PITCH * Math.rint((lies ? v : u) / PITCH), middle - half, middle + half);
        }

        double hides(double u, double v) {
            double across = Math.abs((lies ? v : u) - wire);
            double along = lies ? u : v;
            return across > WIRE + 2 ? 0 : Shapes.cover(Math.max(from - along, along - to), 2);
        }
    }
}
