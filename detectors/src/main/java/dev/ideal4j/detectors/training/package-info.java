/** What the trainers of all methods share: episodes, cached features, progress, validation. */
package dev.ideal4j.detectors.training;
