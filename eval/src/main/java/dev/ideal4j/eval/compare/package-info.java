/** Comparison of results, with tests of significance. Start at {@link dev.ideal4j.eval.compare.Comparison}. */
package dev.ideal4j.eval.compare;
