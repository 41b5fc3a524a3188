/**
 * AnomalyDINO: nearest neighbours among the patches of rotated references, optionally without the background (arXiv
 * 2405.14529).
 */
package dev.ideal4j.detectors.anomalydino;
