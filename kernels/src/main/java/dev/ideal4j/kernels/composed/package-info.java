/** Operations that consist of other operations, for backends that do not have their own version of them. */
package dev.ideal4j.kernels.composed;
