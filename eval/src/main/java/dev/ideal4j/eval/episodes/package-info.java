/**
 * Episodes: which images of a product are references, and which are scored. They are drawn as in the published code, so its
 * seeds draw the same images here. {@link dev.ideal4j.eval.episodes.TestProtocol} is for evaluation,
 * {@link dev.ideal4j.eval.episodes.TrainingProtocol} for training.
 */
package dev.ideal4j.eval.episodes;
