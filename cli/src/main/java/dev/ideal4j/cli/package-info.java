/** The command line, {@code ideal}: one class for each command; shared options are mixins. */
package dev.ideal4j.cli;
