/**
 * Evaluation of a detector on a data set: fits to each product's references, scores its pictures, computes the metrics,
 * keeps results. Start at {@link dev.ideal4j.eval.evaluate.Evaluation}. A run that was killed goes on where it was.
 */
package dev.ideal4j.eval.evaluate;
