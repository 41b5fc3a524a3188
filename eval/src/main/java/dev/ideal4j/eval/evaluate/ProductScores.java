package dev.ideal4j.eval.evaluate;

import java.util.List;

/**
 * The scores of a product, before metrics.
 *
 * @param product name of the product
 * @param seed seed of the references
 * @param images scored images, in order
 * @param indices positions of these images among the task's queries, and in its map file
 * @param skipped the images that were left out
 */
record ProductScores(
        String product, long seed, List<ScoredImage> images, List<Integer> indices, List<SkippedImage> skipped) {}
