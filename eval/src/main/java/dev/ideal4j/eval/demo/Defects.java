package dev.ideal4j.eval.demo;

/** Paints defects that any part may have. Position, size and course are drawn with the defect's random numbers. */
final class Defects {
    private Defects() {}

    /** Paints a long thin groove with a raw, bright (or dark) bottom. */
    static void scratch(Surface surface, Defect defect, Rgb raw) {
        double[] at = defect.place(surface, 0.2 * surface.size);
        double width = defect.pixels(1.3, 2.2);
        Curve curve = Curve.walk(defect.random(), at[0], at[1], defect.pixels(70, 150), 6, 0.05, 0.6);
        double show = 0.85 * defect.strength();
        curve.brush(surface, width + 2, (x, y, along, distance) -> {
            double fade = Shapes.smooth(8 * Math.min(along, 1 - along));
            double cover = Shapes.cover(distance - width * (0.5 + 0.5 * fade)) * show;
            surface.colour(x, y, raw, cover * (0.5 + 0.5 * fade));
            surface.raise(x, y, -1.2 * cover);
        });
    }

    /** Paints a dark, jagged line of varying width. */
    static void crack(Surface surface, Defect defect, Rgb depth) {
        double[] at = defect.place(surface, 0.25 * surface.size);
        double width = defect.pixels(1.2, 2.6);
        Noise noise = new Noise(defect.random().nextLong());
        Curve curve = Curve.walk(defect.random(), at[0], at[1], defect.pixels(90, 170), 7, 0.55, 0);
        curve.brush(surface, 2 * width + 2, (x, y, along, distance) -> {
            double taper = width * (0.35 + 0.65 * Shapes.smooth(4 * Math.min(along, 1 - along)));
            double cover = Shapes.cover(distance - taper * (1 + 0.8 * noise.at(along * 14, 0))) * defect.strength();
            surface.colour(x, y, depth, 0.9 * cover);
            surface.level(x, y, -3, cover);
        });
    }

    /** Paints a thread that lies on the part, with its shadow. */
    static void thread(Surface surface, Defect defect, Rgb colour) {
        double[] at = defect.place(surface, 0.25 * surface.size);
        double width = defect.pixels(1.4, 2.2);
        Curve curve = Curve.walk(defect.random(), at[0], at[1], defect.pixels(90, 190), 5, 0.09, 0.85);
        double show = defect.strength();
        curve.brush(surface, width + 5, (x, y, along, distance) -> {
            surface.tint(x, y, Rgb.grey(0.6), 0.7 * show * Shapes.cover(distance - width - 2, 3));
            double cover = show * Shapes.cover(distance - width);
            double twist = 0.85 + 0.3 * Shapes.triangle(along * 40);
            surface.colour(x, y, colour.times(twist), cover);
            surface.level(x, y, 3 + 2 * (1 - distance / (width + 1)), cover);
        });
    }

    /** Paints a transparent discolouration with soft edges and a darker rim, like a dried liquid. */
    static void stain(Surface surface, Defect defect, Rgb filter) {
        Spot spot = Spot.draw(surface, defect, 16, 34, 0.45);
        double show = defect.strength();
        spot.paint(surface, 6, (x, y, distance) -> {
            double rim = Math.max(0, 1 - Math.abs(distance + 2) / 4);
            surface.tint(x, y, filter, show * (0.75 * Shapes.cover(distance, 5) + 0.25 * rim));
        });
    }

    /** Paints a hole with an irregular edge. */
    static void hole(Surface surface, Defect defect, double least, double most, Rgb depth) {
        Spot spot = Spot.draw(surface, defect, least, most, 0.25);
        double show = defect.strength();
        spot.paint(surface, 4, (x, y, distance) -> {
            double cover = show * Shapes.cover(distance, 2);
            surface.raise(x, y, 1.2 * show * Math.max(0, 1 - Math.abs(distance - 1.5) / 2.5));
            surface.colour(x, y, depth.times(0.7 + 0.5 * Shapes.clamp(1 + distance / 6)), cover);
            surface.level(x, y, -6, cover);
            surface.polish(x, y, 0, cover);
        });
    }

    /** Paints a thick, shiny, dried drop. */
    static void drop(Surface surface, Defect defect, Rgb colour, double opacity) {
        Spot spot = Spot.draw(surface, defect, 12, 24, 0.4);
        double show = defect.strength();
        spot.paint(surface, 3, (x, y, distance) -> {
            double cover = Shapes.cover(distance, 2);
            double depth = Math.sqrt(Shapes.clamp(-distance / 12));
            surface.colour(x, y, colour, show * opacity * cover * (0.6 + 0.4 * depth));
            surface.level(x, y, 2 + 4 * depth, 0.9 * show * cover);
            surface.polish(x, y, 0.55 * show, cover);
        });
    }

    /** Paints several small particles around a position. */
    static void particles(Surface surface, Defect defect, Rgb colour) {
        double[] at = defect.place(surface, 0.2 * surface.size);
        int count = 4 + defect.below(5);
        double show = defect.strength();
        for (int i = 0; i < count; i++) {
            double x0 = at[0] + defect.pixels(-26, 26);
            double y0 = at[1] + defect.pixels(-26, 26);
            Spot spot = Spot.at(x0, y0, defect, 2.2, 5.5, 0.35);
            Rgb own = colour.times(defect.between(0.75, 1.2));
            spot.paint(surface, 3, (x, y, distance) -> {
                surface.tint(x, y, Rgb.grey(0.6), 0.5 * show * Shapes.cover(distance - 1.5, 3));
                double cover = show * Shapes.cover(distance);
                surface.colour(x, y, own, cover);
                surface.level(x, y, 3 * Shapes.clamp(-distance / 3), cover);
            });
        }
    }

    /** Paints a smooth hollow. Its colour is that of the surface, so only the light shows it. */
    static void dent(Surface surface, Defect defect) {
        Spot spot = Spot.draw(surface, defect, 13, 24, 0.2);
        double depth = defect.strength() * spot.radius() * 0.75;
        spot.paint(surface, 1, (x, y, distance) -> {
            double inside = Shapes.clamp(-distance / spot.radius());
            surface.raise(x, y, -depth * inside * inside * (3 - 2 * inside));
        });
    }
}
