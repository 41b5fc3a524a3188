/** Training code that all methods share: episodes, cached features, progress and validation. */
package dev.ideal4j.detectors.training;
