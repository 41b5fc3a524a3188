/** Makes files of the distribution from the options of the command line. */
package dev.ideal4j.dist;
