package dev.ideal4j.core.checkpoint;

import java.util.List;

/** What an {@link Unpickler} may make besides numbers, text, lists and dicts. Each method may refuse by throwing. */
interface PickleObjects {
    /** Something that stands for a class or function named in the pickle. */
    Object global(PickleInput in, String module, String name);

    /** The result of calling what {@link #global} returned. */
    Object call(PickleInput in, Object callable, List<Object> arguments);

    /** Gives an object its state; returns nothing, as the object is changed or the state ignored. */
    void build(PickleInput in, Object object, Object state);

    /** The object behind an identifier that lies outside the pickle. */
    Object persistent(PickleInput in, Object id);
}
