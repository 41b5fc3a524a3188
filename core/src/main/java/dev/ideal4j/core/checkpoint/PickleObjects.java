package dev.ideal4j.core.checkpoint;

import java.util.List;

/**
 * Creates the objects that an {@link Unpickler} cannot create itself, that is, all except numbers, text, lists and
 * dicts. Each method may throw to reject an object.
 */
interface PickleObjects {
    /** Returns an object that represents a class or function named in the pickle. */
    Object global(PickleInput in, String module, String name);

    /** Returns the result of calling an object that {@link #global} returned. */
    Object call(PickleInput in, Object callable, List<Object> arguments);

    /** Sets the state of an object or ignores the state. */
    void build(PickleInput in, Object object, Object state);

    /** Returns the object for an identifier. The object is stored outside of the pickle. */
    Object persistent(PickleInput in, Object id);
}
