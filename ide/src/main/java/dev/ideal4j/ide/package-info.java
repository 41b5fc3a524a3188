/** Intrinsic Deviation Encoder: from the abnormal references' deviations to deviation vectors. */
package dev.ideal4j.ide;
