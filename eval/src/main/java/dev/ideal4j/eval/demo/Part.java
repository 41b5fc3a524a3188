package dev.ideal4j.eval.demo;

import java.util.List;
import java.util.Random;

/** A kind of generated part: its appearance, its harmless variation, and its defects. */
interface Part {
    /** The name, as in the folder. */
    String name();

    /** Side of its images in pixels. */
    int size();

    /** The kinds of defects. */
    List<String> defects();

    /**
     * Paints a part. The same random numbers are drawn for each defect, so that the same variation with and without a defect
     * differs only by the defect.
     *
     * @param surface a blank surface in the size of this part
     * @param variation random numbers of the harmless variation
     * @param spread scale of the variation; 1 is that of difficulty 0
     * @param defect the defect to paint
     */
    void paint(Surface surface, Random variation, double spread, Defect defect);
}
