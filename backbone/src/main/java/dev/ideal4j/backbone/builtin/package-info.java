/** A backbone whose weights are computed, not learnt: {@link dev.ideal4j.backbone.builtin.BuiltinBackbone}. */
package dev.ideal4j.backbone.builtin;
