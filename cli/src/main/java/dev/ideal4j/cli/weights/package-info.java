/**
 * Published weights: {@link dev.ideal4j.cli.weights.WeightCatalogue} lists them, and
 * {@link dev.ideal4j.cli.weights.WeightFetcher} downloads a file. Only a fetch uses the network.
 */
package dev.ideal4j.cli.weights;
