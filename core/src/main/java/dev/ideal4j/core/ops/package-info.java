/**
 * The operations of a {@link dev.ideal4j.core.Backend}, grouped in families. The class of each family documents shapes
 * and formulas, and checks the arguments before it calls the {@code Implementation} of the backend. No backend can
 * therefore omit a check.
 *
 * <p>Conventions: tensors are float32, row-major, contiguous. {@code (r, c)} means that the last axis is {@code c} and
 * all axes before it multiply to {@code r}. Results go to an {@code out} tensor of the caller; inputs are not modified;
 * {@code out} must not share memory with an input unless the method says that it may. Wrong shapes are {@link
 * dev.ideal4j.core.InvalidInputException}s. Rows are independent, so a NaN stays in its row. If a method combines rows
 * (attention, blur), a NaN affects only the combined rows. NaN and infinities propagate by the IEEE arithmetic of the
 * formula, so the GELU of −∞ is NaN.
 */
@NullMarked
package dev.ideal4j.core.ops;

import org.jspecify.annotations.NullMarked;
