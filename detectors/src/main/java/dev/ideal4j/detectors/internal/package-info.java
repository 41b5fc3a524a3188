/** What the detectors share; not for users. */
package dev.ideal4j.detectors.internal;
