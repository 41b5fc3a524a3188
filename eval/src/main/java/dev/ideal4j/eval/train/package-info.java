/** Training on data sets: published episodes, validation on the target, logs, resuming. */
package dev.ideal4j.eval.train;
