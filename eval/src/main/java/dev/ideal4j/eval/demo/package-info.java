/**
 * A generated data set of textured parts with painted defects, which needs no download. Start at
 * {@link dev.ideal4j.eval.demo.DemoDataset}.
 */
package dev.ideal4j.eval.demo;
