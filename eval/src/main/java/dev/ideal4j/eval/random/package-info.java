/** The random generators of Python and NumPy, bit for bit, so that a seed gives the same draws as in published code. */
package dev.ideal4j.eval.random;
