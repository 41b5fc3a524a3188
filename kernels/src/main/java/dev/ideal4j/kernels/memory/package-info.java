/** Scopes, their lifetimes and the count of the bytes that they hold, for every kind of backend. */
package dev.ideal4j.kernels.memory;
