package dev.ideal4j.core;

import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Operations;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.core.ops.Updates;

/**
 * A device and the operations that the algorithms need on it. Thread-safe. Deterministic: the same inputs give the same
 * bits for any number of threads. All tensors of one call must belong to this backend. A tensor of another backend
 * causes an {@link InvalidInputException}, and a tensor whose scope is closed causes a {@link ClosedException}. An
 * operation whose thread is interrupted ends early with a {@link WorkInterruptedException}.
 *
 * <p>An unclosed backend is closed once it is unreachable. If the system property {@code ideal4j.warn-unclosed} is set,
 * a warning then tells where the backend was opened.
 *
 * @see Backends
 */
public interface Backend extends AutoCloseable {
    /** Short name as in {@code --backend}: {@code cpu}, {@code opencl:0}, {@code cuda:0}, {@code reference}. */
    String name();

    /** Human-readable description in one line: device, vector width, threads. */
    String description();

    /** Opens a scope that allocates tensors on this backend. */
    Scope scope();

    /** Device memory that open scopes currently hold, in bytes. */
    long liveBytes();

    /**
     * Begins a call during which this backend must stay open: {@link #close} waits until the call ends. Detectors and
     * backbones do this for each of their calls. A program that runs operations itself does not have to do it.
     *
     * @return the call; the thread that began it must close it at the end
     * @throws ClosedException if this backend is closed
     */
    default Lifetime.Call use() {
        return Lifetime.Call.NONE;
    }

    /** All operations, grouped by family. The methods below return the individual families. */
    Operations operations();

    /** Copies all elements of a tensor; see {@link Layout#copy}. */
    default void copy(Tensor from, Tensor to) {
        operations().layout().copy(from, to);
    }

    /**
     * Runs commands and records them. The recording can be replayed any number of times, with less work for the host.
     * The commands read and write tensors that the caller must keep open as long as the recording. For each replay, the
     * caller overwrites the inputs, replays and reads the outputs.
     *
     * <p>The commands run in the calling thread. They may allocate temporary memory only, in scopes that they close
     * themselves. A GPU reserves this memory for the recording until the recording is closed, and {@link #liveBytes}
     * includes it. The commands must not copy from or to the host. A network should therefore run once before it is
     * recorded, because its first run may prepare data. The sequence of commands must not depend on the elements of a
     * tensor. A replay gives the same bits as running the commands again.
     *
     * @throws InvalidInputException if the commands copy from or to the host, leave memory allocated, or start another
     *     recording or replay; nothing is recorded then, and the backend stays usable
     */
    Recording record(Runnable commands);

    /**
     * Whether a replay is faster than running the commands again. If not, a recording is not worth the memory that it
     * holds.
     */
    default boolean gainsByRecording() {
        return false;
    }

    /**
     * The number of images that should run through a network at once. More images would take memory without being much
     * faster.
     */
    default int imagesAtOnce() {
        return 4;
    }

    /**
     * Whether tensors are in another memory than that of the host. Copies of fewer bytes, which the device then converts, are
     * faster in that case.
     */
    default boolean hasOwnMemory() {
        return false;
    }

    /** Matrix products. */
    default Products products() {
        return operations().products();
    }

    /** Scaled dot-product attention. */
    default Attention attention() {
        return operations().attention();
    }

    /** Whole blocks of vision transformers. */
    default TransformerBlocks transformerBlocks() {
        return operations().transformerBlocks();
    }

    /** Normalisation of rows. */
    default Normalization normalization() {
        return operations().normalization();
    }

    /** Batch normalisation. */
    default BatchNorm batchNorm() {
        return operations().batchNorm();
    }

    /** Element-wise functions and softmax. */
    default Activations activations() {
        return operations().activations();
    }

    /** Cosine nearest neighbours. */
    default Neighbours neighbours() {
        return operations().neighbours();
    }

    /** The local PCA of the Normal Variation Eraser. */
    default LocalPca localPca() {
        return operations().localPca();
    }

    /** Projections onto deviation vectors, and distances. */
    default Deviations deviations() {
        return operations().deviations();
    }

    /** Upsampling and blur of maps. */
    default Resampling resampling() {
        return operations().resampling();
    }

    /** Convolutions: patches, windows and depthwise. */
    default Convolution convolution() {
        return operations().convolution();
    }

    /** Reductions of rows. */
    default Reductions reductions() {
        return operations().reductions();
    }

    /** Pooling of maps. */
    default Pooling pooling() {
        return operations().pooling();
    }

    /** Training losses. */
    default Losses losses() {
        return operations().losses();
    }

    /** Optimiser steps. */
    default Updates updates() {
        return operations().updates();
    }

    /** Copies of whole tensors or of selected rows. */
    default Layout layout() {
        return operations().layout();
    }

    /**
     * Waits for the running calls ({@link #use}), stops the backend's threads and releases its device. Scopes that are
     * still open become unusable, and their memory is freed.
     *
     * @throws IllegalStateException if the calling thread is itself inside such a call
     */
    @Override
    void close();
}
