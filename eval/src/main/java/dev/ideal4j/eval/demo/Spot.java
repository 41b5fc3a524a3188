package dev.ideal4j.eval.demo;

/** A roughly round area with an irregular outline, for stains, holes and drops. */
record Spot(double x0, double y0, double radius, double stretch, double wobble, Noise noise) {
    /** Draws a spot on the part. The bounds of its radius are for a part of 320 pixels. With wobble 0 it is an ellipse. */
    static Spot draw(Surface surface, Defect defect, double least, double most, double wobble) {
        double[] at = defect.place(surface, 0.14 * surface.size);
        return at(at[0], at[1], defect, least, most, wobble);
    }

    /** Draws a spot at a given position; see {@link #draw}. */
    static Spot at(double x, double y, Defect defect, double least, double most, double wobble) {
        double radius = defect.pixels(least, most);
        return new Spot(
                x,
                y,
                radius,
                defect.between(0.75, 1.33),
                wobble,
                new Noise(defect.random().nextLong()));
    }

    /** Receives the pixels in and around a spot. The distance to the outline is negative inside. */
    interface Brush {
        void paint(int x, int y, double distance);
    }

    /** Visits the part's pixels inside the spot, and up to {@code margin} pixels outside. */
    void paint(Surface surface, double margin, Brush brush) {
        double reach = radius * 1.34 * (1 + wobble) + margin;
        int bottom = (int) Math.min(surface.size - 1, y0 + reach);
        int right = (int) Math.min(surface.size - 1, x0 + reach);
        for (int y = (int) Math.max(0, y0 - reach); y <= bottom; y++) {
            for (int x = (int) Math.max(0, x0 - reach); x <= right; x++) {
                double dx = (x + 0.5 - x0) * stretch;
                double dy = (y + 0.5 - y0) / stretch;
                double length = Shapes.length(dx, dy);
                double around = 1.1 / (length + 0.3 * radius);
                double wave = noise.fractal(0.37 + dx * around, 0.71 + dy * around, 2);
                double distance = length - radius * (1 + wobble * wave);
                if (distance < margin && surface.part(x, y) > 0.5) {
                    brush.paint(x, y, distance);
                }
            }
        }
    }
}
