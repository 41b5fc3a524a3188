/** Measures how often thresholds keep what they promise. */
package dev.ideal4j.eval.audit;
