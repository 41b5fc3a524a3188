package dev.ideal4j.eval.demo;

/** A colour in sRGB. Channels are from 0 to 1. */
record Rgb(double r, double g, double b) {
    static Rgb grey(double value) {
        return new Rgb(value, value, value);
    }

    Rgb times(double factor) {
        return new Rgb(r * factor, g * factor, b * factor);
    }

    /** A mixture of this colour and another, with a share of 0 to 1 of the other. */
    Rgb towards(Rgb other, double share) {
        return new Rgb(r + (other.r - r) * share, g + (other.g - g) * share, b + (other.b - b) * share);
    }
}
