/** Operations made of other operations, for backends that have no own form of them. */
package dev.ideal4j.kernels.composed;
