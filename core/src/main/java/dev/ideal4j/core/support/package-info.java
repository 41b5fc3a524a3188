/** What the modules of this library share, and users do not need. */
package dev.ideal4j.core.support;
