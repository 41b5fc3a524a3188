/**
 * A generated data set of textured parts with painted defects, so that everything can be tried without a download.
 * {@link dev.ideal4j.eval.demo.DemoDataset} is the way in.
 */
package dev.ideal4j.eval.demo;
