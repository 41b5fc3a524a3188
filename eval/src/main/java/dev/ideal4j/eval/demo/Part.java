package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A kind of generated part: how a good one looks, how good ones differ, and what can go wrong with it. */
interface Part {
    /** Name, as in the folder. */
    String name();

    /** Side of its pictures in pixels. */
    int size();

    /** The kinds of defects. */
    List<String> flaws();

    /**
     * Paints one part. Draws the same random numbers whatever the flaw, so that the same variation with and without it
     * differs by the flaw alone.
     *
     * @param surface of this part's size, blank
     * @param variation what makes this one different from others
     * @param spread how much they differ: 1 as on a tidy line
     * @param flaw what is wrong with it
     */
    void paint(Surface surface, Random variation, double spread, Flaw flaw);
}
