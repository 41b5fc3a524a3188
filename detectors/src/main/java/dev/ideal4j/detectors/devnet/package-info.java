/** DevNet (arXiv 2108.00462): deviation networks, trained end to end with a few known anomalies. */
package dev.ideal4j.detectors.devnet;
