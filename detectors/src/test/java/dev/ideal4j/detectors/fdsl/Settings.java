package dev.ideal4j.detectors.fdsl;

/** Settings of FDSL for tests. */
final class Settings {
    private Settings() {}

    /** The published settings with windows of another size and stride, seen at a size of their own. */
    static FdslConfig windows(FdslConfig.Windows kind, int size, int stride, int grid) {
        return windows(kind, size, stride, grid, FdslConfig.PUBLISHED.imageIndex());
    }

    /** As {@link #windows(FdslConfig.Windows, int, int, int)}, with or without the image index. */
    static FdslConfig windows(FdslConfig.Windows kind, int size, int stride, int grid, boolean imageIndex) {
        FdslConfig published = FdslConfig.PUBLISHED;
        return new FdslConfig(
                published.absolute(),
                published.inputNorm(),
                published.refine(),
                published.unitTokens(),
                published.alignment(),
                kind,
                size,
                stride,
                grid,
                published.windowBank(),
                imageIndex,
                published.windowWeight(),
                published.mapSize());
    }
}
