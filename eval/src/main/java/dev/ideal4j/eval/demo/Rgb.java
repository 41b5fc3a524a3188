package dev.ideal4j.eval.demo;

/** A colour; channels from 0 to 1, as displayed (sRGB). */
record Rgb(double r, double g, double b) {
    static Rgb grey(double value) {
        return new Rgb(value, value, value);
    }

    Rgb times(double factor) {
        return new Rgb(r * factor, g * factor, b * factor);
    }

    /** This colour moved towards another by a share from 0 to 1. */
    Rgb towards(Rgb other, double share) {
        return new Rgb(r + (other.r - r) * share, g + (other.g - g) * share, b + (other.b - b) * share);
    }
}
