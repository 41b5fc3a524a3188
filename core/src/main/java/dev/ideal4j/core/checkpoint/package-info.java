/**
 * Named weights and the files they come in: PyTorch checkpoints, TorchScript archives, safetensors.
 *
 * <p>{@link dev.ideal4j.core.checkpoint.Checkpoints} tells the kind of a file and hands it to the reader of that kind
 * (TorchZip, TorchLegacy, Safetensors). Each gives a {@link dev.ideal4j.core.checkpoint.WeightFile}: where every tensor
 * lies, and a source of the bytes there. Pickles pass through Unpickler, which knows the format, and TorchObjects, which
 * knows the few classes that may appear.
 */
package dev.ideal4j.core.checkpoint;
