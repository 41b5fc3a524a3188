package dev.ideal4j.eval.report;

import java.util.Locale;

/** Colours of plots. The page's style sheet defines them, light and dark. */
enum ChartColour {
    /** Grid lines behind the data. */
    GRID,
    /** Curves of detection. */
    IMAGE,
    /** Curves of localisation. */
    PIXEL,
    /** Normal images. */
    NORMAL,
    /** Defective images. */
    DEFECT,
    /** A threshold. */
    MARK;

    /** The colour as a value in CSS. */
    String variable() {
        return "var(--chart-" + name().toLowerCase(Locale.ROOT) + ")";
    }
}
