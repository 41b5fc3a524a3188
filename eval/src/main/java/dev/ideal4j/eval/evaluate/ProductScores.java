package dev.ideal4j.eval.evaluate;

import java.util.List;

/**
 * The scores of a product, before metrics.
 *
 * @param product its name
 * @param seed the seed
 * @param images scored pictures, in order
 * @param indices their places among the task's queries, and in its map file
 * @param skipped pictures left out
 */
record ProductScores(
        String product, long seed, List<ScoredImage> images, List<Integer> indices, List<SkippedImage> skipped) {}
