package dev.ideal4j.eval.report;

import java.awt.Color;
import java.util.Locale;

/** Colours of charts. A chart is drawn in placeholders; the page's style sheet replaces them by light or dark colours. */
enum ChartColour {
    /** Text. */
    TEXT,
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

    /** The placeholder: a colour that occurs nowhere else. */
    Color placeholder() {
        return new Color(250, 1, ordinal());
    }

    /** The placeholder in SVG syntax. */
    String rgb() {
        return "rgb(250,1," + ordinal() + ")";
    }

    /** The name of the colour in the style sheet. */
    String variable() {
        return "--chart-" + name().toLowerCase(Locale.ROOT);
    }
}
