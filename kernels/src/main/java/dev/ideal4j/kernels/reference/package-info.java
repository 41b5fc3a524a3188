/**
 * The operations as plain scalar code in double precision, each result rounded once to float32: the readable
 * specification that every other backend is compared with. Slow, and never chosen unasked.
 */
package dev.ideal4j.kernels.reference;
