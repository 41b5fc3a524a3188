package dev.ideal4j.eval.demo;

import java.util.Random;

/** A line of straight pieces in the image: the path of a scratch, a crack or a thread. */
record Curve(double[] xs, double[] ys) {
    /**
     * A random walk that starts at a position.
     *
     * @param length in pixels
     * @param step length of a piece in pixels
     * @param turn standard deviation of the angle from piece to piece, in radians
     * @param curl share of a turn that the next piece keeps: 0 is jagged, near 1 is smooth
     */
    static Curve walk(Random random, double x, double y, double length, double step, double turn, double curl) {
        int pieces = Math.max(2, (int) (length / step));
        double[] xs = new double[pieces + 1];
        double[] ys = new double[pieces + 1];
        double angle = 2 * Math.PI * random.nextDouble();
        double heading = angle;
        double rate = 0;
        xs[0] = x - StrictMath.cos(angle) * length / 2;
        ys[0] = y - StrictMath.sin(angle) * length / 2;
        for (int i = 1; i <= pieces; i++) {
            rate = curl * rate + turn * random.nextGaussian();
            heading = curl == 0 ? angle + rate : heading + rate;
            xs[i] = xs[i - 1] + step * StrictMath.cos(heading);
            ys[i] = ys[i - 1] + step * StrictMath.sin(heading);
        }
        return new Curve(xs, ys);
    }

    /** Receives the pixels near a curve. */
    interface Brush {
        /**
         * @param along position along the curve, 0 to 1
         * @param distance to the curve, in pixels
         */
        void paint(int x, int y, double along, double distance);
    }

    /** Visits the pixels within {@code reach} of the curve that belong to the part. */
    void brush(Surface surface, double reach, Brush brush) {
        double[] box = {1e9, 1e9, -1e9, -1e9};
        for (int i = 0; i < xs.length; i++) {
            box[0] = Math.min(box[0], xs[i]);
            box[1] = Math.min(box[1], ys[i]);
            box[2] = Math.max(box[2], xs[i]);
            box[3] = Math.max(box[3], ys[i]);
        }
        int bottom = (int) Math.min(surface.size - 1, box[3] + reach);
        int right = (int) Math.min(surface.size - 1, box[2] + reach);
        for (int y = (int) Math.max(0, box[1] - reach); y <= bottom; y++) {
            for (int x = (int) Math.max(0, box[0] - reach); x <= right; x++) {
                if (surface.part(x, y) > 0.5) {
                    visit(x, y, reach, brush);
                }
            }
        }
    }

    private void visit(int x, int y, double reach, Brush brush) {
        double least = reach;
        int piece = -1;
        for (int i = 1; i < xs.length; i++) {
            double d = Shapes.segment(x + 0.5, y + 0.5, xs[i - 1], ys[i - 1], xs[i], ys[i], 0);
            if (d < least) {
                least = d;
                piece = i;
            }
        }
        if (piece > 0) {
            brush.paint(x, y, (piece - 0.5) / (xs.length - 1), least);
        }
    }
}
