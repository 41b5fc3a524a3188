package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Shape;

/** Starts kernels that use {@code windows.kc}. */
final class PixelLoop {
    /** The same value as in {@code windows.kc}. */
    private static final int PROCESSOR_CHANNELS = 64;

    private final int channelsEach;

    PixelLoop(GpuBackend backend) {
        this.channelsEach = backend.runtime().device().isProcessor() ? PROCESSOR_CHANNELS : 1;
    }

    /** Starts a kernel over the pixels of {@code (b, h, w, c)} or {@code (b, n, c)} maps. */
    void start(Launch launch, Shape maps) {
        long blocks = (maps.last() + channelsEach - 1) / channelsEach;
        launch.elements(maps.rows() * blocks);
    }
}
