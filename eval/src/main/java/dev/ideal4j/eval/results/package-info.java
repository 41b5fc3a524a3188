/** The result of an image, as the command line prints it and as a Spark job writes it. */
package dev.ideal4j.eval.results;
