/** NAGL: normal-abnormal guided generalist anomaly detection (arXiv 2510.00495). */
package dev.ideal4j.detectors.nagl;
