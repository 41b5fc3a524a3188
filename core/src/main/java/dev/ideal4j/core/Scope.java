package dev.ideal4j.core;

/**
 * Owns device memory. Closing a scope frees everything that was allocated in it. A model keeps its weights in a
 * long-lived scope of its own, and a computation opens a short-lived one. A scope may be used by one thread at a time.
 * Different threads may use different scopes of one backend.
 *
 * <p>An unclosed scope is closed once the scope and all its tensors are unreachable. If the system property {@code
 * ideal4j.warn-unclosed} is set, a warning then tells where the scope was opened.
 */
public interface Scope extends AutoCloseable {
    /**
     * Opens a scope for a long-lived object on a backend that a user provides, and checks that the scope belongs to
     * this backend. Operations run on the backend of their tensors and scopes. A backend that only wraps another one
     * would therefore be bypassed silently.
     *
     * @throws InvalidInputException if the scopes of the backend belong to another backend
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

    /**
     * Allocates a tensor of zeros. Throws {@link OutOfDeviceMemoryException} if it does not fit into the device's
     * memory.
     */
    Tensor allocate(Shape shape);

    /** Like {@link #allocate(Shape)}. */
    default Tensor allocate(int... lengths) {
        return allocate(Shape.of(lengths));
    }

    /**
     * Allocates a tensor with undefined elements, for memory that is completely written before it is read. On a GPU
     * this saves the command that writes zeros. If the system property {@code ideal4j.poison} is set, every element is
     * NaN, so that tests detect reads of unwritten elements.
     */
    Tensor allocateUninitialised(Shape shape);

    /** Like {@link #allocateUninitialised(Shape)}. */
    default Tensor allocateUninitialised(int... lengths) {
        return allocateUninitialised(Shape.of(lengths));
    }

    /** Allocates indices that are all 0. */
    Indices allocateIndices(int... lengths);

    /** Allocates a tensor with the given elements in row-major order. The array is copied. */
    default Tensor upload(float[] values, int... lengths) {
        return upload(values, Shape.of(lengths));
    }

    /** Like {@link #upload(float[], int...)}. */
    default Tensor upload(float[] values, Shape shape) {
        Tensor tensor = allocateUninitialised(shape);
        tensor.write(values);
        return tensor;
    }

    /** Returns a copy of a tensor of this backend, allocated in this scope. */
    default Tensor copy(Tensor tensor) {
        Tensor copy = allocateUninitialised(tensor.shape());
        backend().copy(tensor, copy);
        return copy;
    }

    /**
     * Makes this scope the owner of a resource (packed weights, an index) and returns the resource. Closing the scope
     * closes its resources, the latest first. If this scope is already closed, the resource is closed immediately and
     * {@link ClosedException} is thrown. A resource that refers to this scope keeps the scope reachable, so an unclosed
     * scope is then not closed automatically.
     */
    <T extends AutoCloseable> T own(T resource);

    /**
     * Frees everything that this scope owns, the latest first. Closing twice has no effect. Using the tensors
     * afterwards throws {@link ClosedException}. If a resource fails to close, this method frees the rest and then
     * throws {@link IllegalStateException}.
     */
    @Override
    void close();
}
