/** FDSL: feature discrepancy guided score learning for few-shot anomaly detection. */
package dev.ideal4j.detectors.fdsl;
