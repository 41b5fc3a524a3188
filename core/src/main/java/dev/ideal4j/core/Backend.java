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
 * A device and the operations the algorithms need on it. Thread-safe. Deterministic: the same inputs give the same bits,
 * whatever the number of threads. All tensors of one call must belong to one backend: one of another is an
 * {@link InvalidInputException}, one whose scope is closed a {@link ClosedException}. An operation whose thread is interrupted
 * ends early with a {@link WorkInterruptedException}.
 *
 * <p>A backend that nobody closed is closed when nobody can reach it any more. With the system
 * property {@code ideal4j.warn-unclosed} a warning says where it was opened.
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

    /** All operations, by family; the methods below name each family. */
    Operations operations();

    /** Copies all elements: {@link Layout#copy}. */
    default void copy(Tensor from, Tensor to) {
        operations().layout().copy(from, to);
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

    /** Row normalisations. */
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

    /** Convolutions: patches, windows, depthwise. */
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

    /** Copies, whole or of some rows. */
    default Layout layout() {
        return operations().layout();
    }

    /**
     * Waits for the calls under way ({@link #use}), stops the backend's threads and frees its device. Scopes still open become
     * unusable, their memory is freed.
     *
     * @throws IllegalStateException if the calling thread is in the middle of such a call
     */
    @Override
    void close();
}
