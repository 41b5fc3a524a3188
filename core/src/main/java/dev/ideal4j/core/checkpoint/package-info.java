/**
 * Named weights and their file formats: PyTorch checkpoints, TorchScript archives and safetensors.
 *
 * <p>{@link dev.ideal4j.core.checkpoint.Checkpoints} detects the format of a file and passes the file to the reader of
 * this format (TorchZip, TorchLegacy, Safetensors). Each reader returns a {@link
 * dev.ideal4j.core.checkpoint.WeightFile}, which contains the position of every tensor and a source of the bytes.
 * Unpickler reads the pickle format, and TorchObjects defines the few classes that are allowed.
 */
@NullMarked
package dev.ideal4j.core.checkpoint;

import org.jspecify.annotations.NullMarked;
