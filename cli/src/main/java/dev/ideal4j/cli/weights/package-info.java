/**
 * Where pretrained weights can be had, and fetching them: {@link dev.ideal4j.cli.weights.WeightCatalogue} lists them,
 * {@link dev.ideal4j.cli.weights.WeightFetcher} downloads one. Nothing here uses the network unless asked to fetch.
 */
package dev.ideal4j.cli.weights;
