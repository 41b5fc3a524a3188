/** A backbone whose weights are computed, not learnt: {@link dev.ideal4j.backbone.builtin.BuiltinBackbone}. */
@NullMarked
package dev.ideal4j.backbone.builtin;

import org.jspecify.annotations.NullMarked;
