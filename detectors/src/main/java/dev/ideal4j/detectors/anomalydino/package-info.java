/** AnomalyDINO: nearest neighbours among the patches of turned references, without the background (arXiv 2405.14529). */
package dev.ideal4j.detectors.anomalydino;
