/** Named weights and the files they come in: PyTorch checkpoints, TorchScript archives, safetensors. */
package dev.ideal4j.core.checkpoint;
