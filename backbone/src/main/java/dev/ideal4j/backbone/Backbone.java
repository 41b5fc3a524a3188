package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;

/** A network on a backend, with an input of a fixed size. Both stay open during its calls. Immutable and thread-safe. */
public abstract class Backbone implements FeatureExtractor {
    private final Lifetime lifetime;
    private final String name;
    private final Backend backend;
    private final int inputHeight;
    private final int inputWidth;

    /**
     * Creates an open backbone.
     *
     * @param name name of the network for reports
     * @param backend where the network computes; used, not closed
     * @param inputHeight height of the input in pixels
     * @param inputWidth width of the input in pixels
     */
    protected Backbone(String name, Backend backend, int inputHeight, int inputWidth) {
        this.lifetime = new Lifetime("the backbone " + name);
        this.name = name;
        this.backend = backend;
        this.inputHeight = inputHeight;
        this.inputWidth = inputWidth;
    }

    /** Frees the weights. {@link #close} calls this once, when no other call is running. */
    protected abstract void free();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Backend backend() {
        return backend;
    }

    @Override
    public final Lifetime.Call use() {
        return lifetime.call(backend::use);
    }

    @Override
    public final int inputHeight() {
        return inputHeight;
    }

    @Override
    public final int inputWidth() {
        return inputWidth;
    }

    @Override
    public final void close() {
        lifetime.close(this::free);
    }
}
