/** Intrinsic Deviation Encoder: encodes the deviations of the abnormal references as deviation vectors. */
package dev.ideal4j.ide;
