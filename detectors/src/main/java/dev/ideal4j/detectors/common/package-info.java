/** Code that methods share: batches, memory banks, options and checks of ranges. For authors of methods, not for users. */
package dev.ideal4j.detectors.common;
