/**
 * Evaluation of a detector on a data set. It fits the detector to each product's references, scores the product's images,
 * computes metrics and writes results. Start at {@link dev.ideal4j.eval.evaluate.Evaluation}. A killed run can continue.
 */
package dev.ideal4j.eval.evaluate;
