/** Fitted detectors as ONNX files. Not for users: see {@link dev.ideal4j.detectors}. */
package dev.ideal4j.detectors.onnx;
