/** The random generators of Python and NumPy, bit for bit, so that seeds mean here what they mean in published code. */
package dev.ideal4j.eval.random;
