package dev.ideal4j.kernels.emulation;

/** A launch that did what a GPU would not forgive. */
final class EmulationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmulationException(String message) {
        super(message);
    }
}
