/**
 * Episodes: which pictures of a product are references and which are scored, drawn as the published code draws them, so
 * that its seeds draw the same pictures here. {@link dev.ideal4j.eval.episodes.TestProtocol} for evaluation,
 * {@link dev.ideal4j.eval.episodes.TrainingProtocol} for training.
 */
package dev.ideal4j.eval.episodes;
