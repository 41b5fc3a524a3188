/** Results side by side, with significance. Start at {@link dev.ideal4j.eval.compare.Comparison}. */
package dev.ideal4j.eval.compare;
