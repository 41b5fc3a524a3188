/**
 * The operations a {@link dev.ideal4j.core.Backend} offers, in families. Each family's class states shapes and formulas, and
 * checks the arguments before it calls its {@code Implementation}, which each backend has: so no backend can omit a check.
 *
 * <p>Conventions: tensors are float32, row-major, contiguous. {@code (r, c)} means that the last axis is {@code c} and
 * all axes before it multiply to {@code r}. Results go to an {@code out} tensor of the caller; inputs are not modified;
 * {@code out} must not share memory with an input unless the method says that it may. Wrong shapes are
 * {@link dev.ideal4j.core.InvalidInputException}s. Rows are independent, so a NaN stays in its row;
 * where a method mixes rows (attention, blur) it goes no further than they are mixed. NaN and infinities take the course
 * that IEEE arithmetic of the formula gives them, so the GELU of −∞ is NaN.
 */
package dev.ideal4j.core.ops;
