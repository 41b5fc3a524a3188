package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.Backends;
import java.util.List;

/** Provides the reference backend, which is opened only by name. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String kind() {
        return ReferenceBackend.NAME;
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public List<Availability> probe() {
        return List.of(new Availability(ReferenceBackend.NAME, true, ReferenceBackend.DESCRIPTION));
    }

    @Override
    public Backend open(String name, Backends.Options options) {
        return new ReferenceBackend();
    }
}
