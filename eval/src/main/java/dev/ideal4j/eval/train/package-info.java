/** Training on data sets: published episodes, validation on the target, logs, and resuming of interrupted runs. */
package dev.ideal4j.eval.train;
