/**
 * ideal4j on Apache Spark. {@link dev.ideal4j.spark.IdealScorer} scores images, {@link dev.ideal4j.spark.MapMetrics} computes
 * metrics of maps, {@link dev.ideal4j.spark.PartitionedNeighbours} searches a memory bank, and
 * {@link dev.ideal4j.spark.FeatureTable} computes features. {@link dev.ideal4j.spark.Score} and
 * {@link dev.ideal4j.spark.Features} are programs for {@code spark-submit}.
 */
package dev.ideal4j.spark;
