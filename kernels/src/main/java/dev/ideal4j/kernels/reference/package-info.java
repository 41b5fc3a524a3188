/**
 * The operations as plain scalar code in double precision. Each result is rounded once to float32. This is the readable
 * specification with which every other backend is compared. It is slow and never chosen automatically.
 */
package dev.ideal4j.kernels.reference;
