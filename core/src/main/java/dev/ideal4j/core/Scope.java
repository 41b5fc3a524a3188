package dev.ideal4j.core;

/**
 * Owns device memory: everything allocated in a scope is freed when it closes, in one place, whatever happened between.
 * A model keeps its weights in a long scope of its own; a computation opens a short one. Safe for use by one thread at a
 * time; different scopes of one backend may be used by different threads.
 *
 * <p>A scope that nobody closed is closed when neither it nor a tensor of it can be reached any more. With the system
 * property {@code ideal4j.warn-unclosed} a warning says where it was opened.
 */
public interface Scope extends AutoCloseable {
    /**
     * Opens a scope for something long-lived on a backend that a user gave. Operations are given to the backend of the
     * tensors and scopes at hand, so a backend that only passes on what another does would be left out without a word.
     *
     * @throws InvalidInputException if the backend's scopes belong to another backend
     */
    static Scope on(Backend backend) {
        Scope scope = backend.scope();
        if (scope.backend() != backend) {
            scope.close();
            throw new InvalidInputException(
                    "backend",
                    backend.name() + " of " + backend.getClass().getName() + ", whose scopes belong to "
                            + scope.backend().getClass().getName(),
                    "a backend whose scopes are its own");
        }
        return scope;
    }

    /** The backend this scope allocates on. */
    Backend backend();

    /** A tensor of zeros. Throws {@link OutOfDeviceMemoryException}, naming the sizes, when it does not fit. */
    Tensor allocate(Shape shape);

    /** As {@link #allocate(Shape)}. */
    default Tensor allocate(int... lengths) {
        return allocate(Shape.of(lengths));
    }

    /**
     * A tensor whose elements are undefined: for memory that is written whole before it is read. On a GPU this saves the
     * command that writes zeros. With the system property {@code ideal4j.poison} every element is NaN, so that tests notice
     * a read of what was never written.
     */
    Tensor allocateUninitialised(Shape shape);

    /** As {@link #allocateUninitialised(Shape)}. */
    default Tensor allocateUninitialised(int... lengths) {
        return allocateUninitialised(Shape.of(lengths));
    }

    /** Indices, all 0. */
    Indices allocateIndices(int... lengths);

    /** A tensor with the given elements, row-major. The array is not kept. */
    default Tensor upload(float[] values, int... lengths) {
        return upload(values, Shape.of(lengths));
    }

    /** As {@link #upload(float[], int...)}. */
    default Tensor upload(float[] values, Shape shape) {
        Tensor tensor = allocateUninitialised(shape);
        tensor.write(values);
        return tensor;
    }

    /** A copy of a tensor of this backend. */
    default Tensor copy(Tensor tensor) {
        Tensor copy = allocateUninitialised(tensor.shape());
        backend().copy(tensor, copy);
        return copy;
    }

    /**
     * Ties a resource (packed weights, an index) to this scope: closed with it, latest first. Returns it. If this scope is
     * closed already, the resource is closed at once and {@link ClosedException} thrown. A resource that refers to this scope
     * keeps it from being closed when it is forgotten.
     */
    <T extends AutoCloseable> T own(T resource);

    /**
     * Frees everything this scope owns, latest first. Closing twice is harmless; using its tensors afterwards throws
     * {@link ClosedException}. If a resource fails to close, this method frees the rest and then throws
     * {@link IllegalStateException}.
     */
    @Override
    void close();
}
