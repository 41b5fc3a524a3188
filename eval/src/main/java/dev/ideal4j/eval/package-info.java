/** Data sets, metrics, reports and the command line. */
package dev.ideal4j.eval;
