package dev.ideal4j.kernels.reference;

/** Arithmetic on rows of arrays. */
final class Rows {
    private Rows() {}

    /** Returns the scalar product of {@code count} elements of a from {@code atA} on and of b from {@code atB} on. */
    static double dot(double[] a, int atA, double[] b, int atB, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += a[atA + i] * b[atB + i];
        }
        return sum;
    }

    /** Returns the Euclidean norm. */
    static double norm(double[] x, int at, int count) {
        return Math.sqrt(dot(x, at, x, at, count));
    }

    /** Computes {@code to += factor · from}. */
    static void add(double factor, double[] from, int atFrom, double[] to, int atTo, int count) {
        for (int i = 0; i < count; i++) {
            to[atTo + i] += factor * from[atFrom + i];
        }
    }

    /** Divides a row by its norm, or by {@code eps} if that is larger. */
    static void normalize(double[] x, int at, int count, double eps) {
        double norm = Math.max(norm(x, at, count), eps);
        for (int i = 0; i < count; i++) {
            x[at + i] /= norm;
        }
    }
}
