package dev.ideal4j.eval.report;

import java.awt.Color;
import java.util.Locale;

/** Colours of charts. What is drawn is a placeholder; the page's style sheet has the colour, light or dark. */
enum Ink {
    /** Words. */
    TEXT,
    /** Lines behind the data. */
    GRID,
    /** Detection. */
    IMAGE,
    /** Localisation. */
    PIXEL,
    /** Normal pictures. */
    NORMAL,
    /** Defective pictures. */
    DEFECT,
    /** A threshold. */
    MARK;

    /** A colour that nothing else has. */
    Color placeholder() {
        return new Color(250, 1, ordinal());
    }

    /** How SVG writes the placeholder. */
    String rgb() {
        return "rgb(250,1," + ordinal() + ")";
    }

    /** The style sheet's name for the colour. */
    String variable() {
        return "--chart-" + name().toLowerCase(Locale.ROOT);
    }
}
