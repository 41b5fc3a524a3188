package dev.ideal4j.core.testing;

import dev.ideal4j.core.Backend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A backend that takes another number of images at once, as a GPU does. Everything else is that of a real backend. */
public final class AtOnce {
    private AtOnce() {}

    /**
     * A backend that takes {@code images} images at once. Its scopes and tensors belong to {@code backend}, so a network cannot
     * be loaded on it.
     */
    public static Backend of(Backend backend, int images) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("imagesAtOnce")) {
                        return images;
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
