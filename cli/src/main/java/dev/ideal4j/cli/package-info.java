/** The command line, {@code ideal}: one class a command, shared options as mixins. */
package dev.ideal4j.cli;
