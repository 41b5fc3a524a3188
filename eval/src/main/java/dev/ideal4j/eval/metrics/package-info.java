/**
 * Metrics of anomaly detection, each in a file of its own: {@link dev.ideal4j.eval.metrics.Auroc},
 * {@link dev.ideal4j.eval.metrics.AveragePrecision}, {@link dev.ideal4j.eval.metrics.F1Max},
 * {@link dev.ideal4j.eval.metrics.ExactPro} and {@link dev.ideal4j.eval.metrics.PublishedPro}. They read a
 * {@link dev.ideal4j.eval.metrics.Ranking}: distinct scores from the highest down.
 * {@link dev.ideal4j.eval.metrics.ImageMetrics} and {@link dev.ideal4j.eval.metrics.PixelMetrics} compute several metrics at once.
 */
package dev.ideal4j.eval.metrics;
