package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** Twill of dark warp and light weft threads; each thread has its own shade. */
final class Fabric implements Part {
    private static final double PITCH = 10;
    private static final Rgb WARP = new Rgb(0.24, 0.34, 0.52);
    private static final Rgb WEFT = new Rgb(0.80, 0.80, 0.76);
    private static final Rgb GAP = new Rgb(0.07, 0.08, 0.10);

    @Override
    public String name() {
        return "fabric";
    }

    @Override
    public int size() {
        return 320;
    }

    @Override
    public List<String> defects() {
        return List.of("cut", "missing_thread", "pulled", "stain", "thread");
    }

    @Override
    public void paint(Surface surface, Random variation, double spread, Defect defect) {
        Noise noise = new Noise(variation.nextLong());
        Pose pose = Pose.draw(variation, surface.size, 40, 2 * spread, 0.015 * spread);
        Rgb warp = WARP.times(1 + 0.03 * spread * variation.nextGaussian());
        Rgb weft = WEFT.times(1 + 0.02 * spread * variation.nextGaussian());
        if (defect.is("pulled")) {
            double[] at = defect.place(surface, 90);
            pose.bend(at[0], at[1], defect.pixels(45, 75), 0.8 * pull(defect), pull(defect));
        }
        int missing = Integer.MIN_VALUE;
        double from = 0;
        double to = 0;
        if (defect.is("missing_thread")) {
            double[] at = defect.place(surface, 80);
            missing = (int) Math.floor(pose.v((int) at[0], (int) at[1]) / PITCH);
            from = pose.u((int) at[0], (int) at[1]) - defect.pixels(35, 70);
            to = from + defect.pixels(70, 130);
        }
        for (int y = 0; y < surface.size; y++) {
            for (int x = 0; x < surface.size; x++) {
                double u = pose.u(x, y);
                double v = pose.v(x, y);
                boolean gone = Math.floor(v / PITCH) == missing && u > from && u < to;
                weave(surface, x, y, u, v, noise, warp, weft, gone ? defect.strength() : 0);
            }
        }
        switch (defect.kind()) {
            case "cut" -> cut(surface, defect);
            case "stain" -> Defects.stain(surface, defect, new Rgb(0.72, 0.55, 0.36));
            case "thread" -> Defects.thread(surface, defect, new Rgb(0.82, 0.22, 0.18));
            default -> {}
        }
    }

    private static double pull(Defect defect) {
        return defect.sign() * defect.strength() * defect.pixels(9, 15);
    }

    private static void weave(
            Surface surface, int x, int y, double u, double v, Noise noise, Rgb warp, Rgb weft, double gone) {
        int i = (int) Math.floor(u / PITCH);
        int j = (int) Math.floor(v / PITCH);
        double acrossWarp = 2 * (u / PITCH - i) - 1;
        double acrossWeft = 2 * (v / PITCH - j) - 1;
        double warpHeight = 0.6 * wave(i, v / PITCH - 0.5, true) + 0.9 * (1 - acrossWarp * acrossWarp);
        double weftHeight = 0.6 * wave(j, u / PITCH - 0.5, false) + 0.9 * (1 - acrossWeft * acrossWeft) - 4 * gone;
        double warpOnTop = Shapes.clamp(0.5 + 2.5 * (warpHeight - weftHeight));
        double warpShade = 0.94 + 0.12 * noise.cell(i, 7001) + 0.14 * noise.fractal(0.55 * u, 0.07 * v, 2);
        double weftShade = 0.94 + 0.12 * noise.cell(j, 9001) + 0.14 * noise.fractal(0.07 * u, 0.55 * v + 500, 2);
        double top = Math.max(warpHeight, weftHeight);
        Rgb colour = weft.times(weftShade).towards(warp.times(warpShade), warpOnTop);
        double gap = Math.max(Shapes.clamp(0.75 - 0.6 * top), gone * 1.4 * Math.abs(acrossWarp) * Math.abs(acrossWarp));
        surface.colour(x, y, colour.towards(GAP, Math.min(0.9, gap)), 1);
        surface.raise(x, y, 1.5 * top - 1.5 * gone);
    }

    /** Height along a thread: +1 on top, −1 below, smooth between. */
    private static double wave(int thread, double along, boolean isWarp) {
        int cell = (int) Math.floor(along);
        double here = up(thread, cell, isWarp);
        double next = up(thread, cell + 1, isWarp);
        return here + (next - here) * Shapes.smooth(along - cell);
    }

    private static double up(int thread, int cell, boolean isWarp) {
        boolean warpUp = Math.floorMod(thread + cell, 4) < 2;
        return warpUp == isWarp ? 1 : -1;
    }

    private static void cut(Surface surface, Defect defect) {
        double[] at = defect.place(surface, 70);
        Noise fray = new Noise(defect.random().nextLong());
        double wide = defect.pixels(4, 7);
        Curve slit = Curve.walk(defect.random(), at[0], at[1], defect.pixels(45, 80), 8, 0.06, 0);
        slit.brush(surface, 2 * wide + 3, (x, y, along, distance) -> {
            double lens = wide * Shapes.smooth(3 * Math.min(along, 1 - along));
            double ends = 2.5 * fray.at(0.4 * x, 0.4 * y);
            double cover = defect.strength() * Shapes.cover(distance - lens - ends);
            surface.colour(x, y, GAP, 0.95 * cover);
            surface.level(x, y, -5, cover);
        });
    }
}
