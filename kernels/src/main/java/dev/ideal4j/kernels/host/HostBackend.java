package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;

/** A backend whose tensors are arrays of the JVM. Commands run at once. */
public abstract class HostBackend implements Backend {
    /** The memory of all tensors. */
    protected final HostMemory memory = new HostMemory(this);

    private final Lifetime lifetime;
    private final String name;
    private final String description;

    /** Creates an open backend with its {@link #name} and its {@link #description}. */
    protected HostBackend(String name, String description) {
        this.lifetime = new Lifetime("the backend " + name);
        this.name = name;
        this.description = description;
    }

    /** Frees what is not memory. {@link #close} calls this once, when no other call is running. */
    protected void free() {}

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final Scope scope() {
        return memory.scope();
    }

    @Override
    public final long liveBytes() {
        return memory.liveBytes();
    }

    @Override
    public final Recording record(Runnable commands) {
        return memory.recordByRunning(commands);
    }

    @Override
    public final Lifetime.Call use() {
        return lifetime.call();
    }

    @Override
    public final void close() {
        lifetime.close(() -> {
            free();
            memory.close();
        });
    }
}
