package dev.ideal4j.core;

import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.ComposedBlocks;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.core.ops.Updates;

/**
 * A device and the operations the algorithms need on it. Thread-safe. Deterministic: the same inputs give the same bits,
 * whatever the number of threads. All tensors of one call must belong to one backend: one of another is an
 * {@link InvalidInputException}, one whose scope is closed a {@link ClosedException}. An operation whose thread is interrupted
 * ends early with a {@link WorkInterruptedException}.
 *
 * <p>A backend that nobody closed is closed when nobody can reach it any more: see {@link Watch}.
 *
 * @see Backends
 */
public interface Backend extends AutoCloseable {
    /** Short name as in {@code --backend}: {@code cpu}, {@code opencl:0}, {@code cuda:0}, {@code reference}. */
    String name();

    /** One line for people: device, vector width, threads. */
    String description();

    /** Opens a scope to allocate in. */
    Scope scope();

    /** Device memory now held by open scopes, in bytes. */
    long liveBytes();

    /**
     * Begins a call that needs this backend to stay open: {@link #close} waits for it. Detectors and backbones do this for
     * each of their calls; a program that gives operations of its own need not.
     *
     * @return to be closed at the call's end, by the thread that began it
     * @throws ClosedException if this backend is closed
     */
    default Lifetime.Call use() {
        return Lifetime.Call.NONE;
    }

    /** Copies all elements. The sizes must be equal, the shapes need not; the two must not share memory. */
    void copy(Tensor from, Tensor to);

    /** Checks for {@link #copy}. */
    static void checkCopy(Tensor from, Tensor to) {
        if (from.shape().size() != to.shape().size()) {
            throw new InvalidInputException("copy", from.shape() + " to " + to.shape(), "as many elements in both");
        }
        if (from.overlaps(to)) {
            throw new InvalidInputException("copy", "tensors that share memory", "separate ones");
        }
    }

    /**
     * Runs commands, and keeps them to run again as often as wanted with less to do for the host. They read and write tensors
     * that the caller keeps for as long as the recording: it overwrites the inputs, replays, and reads the outputs.
     *
     * <p>The commands run in the calling thread. What they allocate is scratch, in scopes that they close; a GPU keeps
     * that memory for the recording alone, and counts it, until it is closed. They must not copy from or to the host (so a
     * network should have run once before, which may prepare things), and nothing they do may depend on a tensor's
     * elements. Replaying gives the bits that running them again would give.
     *
     * @throws InvalidInputException if the commands copy from or to the host, leave memory allocated, record or replay
     *     something else; nothing is kept then, and the backend is as usable as before
     */
    Recording record(Runnable commands);

    /** Whether replaying is faster than running again, and so may be worth the memory that a recording holds. */
    default boolean gainsByRecording() {
        return false;
    }

    /** Matrix products. */
    Products products();

    /** Scaled dot-product attention. */
    Attention attention();

    /** Whole blocks of vision transformers; unless a backend knows better, one operation after the other. */
    default TransformerBlocks transformerBlocks() {
        return new ComposedBlocks(this);
    }

    /** Row normalisations. */
    Normalization normalization();

    /** Element-wise functions and softmax. */
    Activations activations();

    /** Cosine nearest neighbours. */
    Neighbours neighbours();

    /** The local PCA of the Normal Variation Eraser. */
    LocalPca localPca();

    /** Projections onto deviation vectors, and distances. */
    Deviations deviations();

    /** Upsampling and blur of maps. */
    Resampling resampling();

    /** Convolutions, as patch extraction. */
    Convolution convolution();

    /** Reductions of rows. */
    Reductions reductions();

    /** Pooling of maps. */
    Pooling pooling();

    /** Training losses. */
    Losses losses();

    /** Optimiser steps. */
    Updates updates();

    /**
     * Waits for the calls under way ({@link #use}), stops the backend's threads and frees its device. Scopes still open become
     * unusable, their memory is freed.
     *
     * @throws IllegalStateException if the calling thread is in the middle of such a call
     */
    @Override
    void close();
}
