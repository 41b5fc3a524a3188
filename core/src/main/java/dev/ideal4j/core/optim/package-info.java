/** Optimisers and learning-rate schedules. */
package dev.ideal4j.core.optim;
