package dev.ideal4j.kernels.gpu.runtime;

import java.util.List;
import java.util.function.Supplier;

/**
 * The devices of a driver, listed once at the first request, because loading the drivers takes time.
 *
 * @param <D> the type of a device
 */
public final class DeviceList<D> {
    private final Supplier<String> reasonAgainst;
    private final Supplier<List<D>> lister;
    private final String kind;
    private final String advice;
    private List<D> devices;
    private String reason;

    /**
     * Creates a list whose devices are not listed yet.
     *
     * @param kind name for messages, such as {@code OpenCL}
     * @param reasonAgainst returns the reason why the driver cannot be called, or null if it can
     * @param lister lists the devices; the message of its exception becomes the reason why there is none
     * @param advice text for messages if there is no device
     */
    public DeviceList(String kind, Supplier<String> reasonAgainst, Supplier<List<D>> lister, String advice) {
        this.kind = kind;
        this.reasonAgainst = reasonAgainst;
        this.lister = lister;
        this.advice = advice;
    }

    /** Returns all devices. The list is empty if there is a {@link #reason}. */
    public synchronized List<D> all() {
        if (devices == null) {
            devices = List.of();
            reason = reasonAgainst.get();
            if (reason == null) {
                list();
            }
        }
        return devices;
    }

    private void list() {
        try {
            devices = List.copyOf(lister.get());
            reason = devices.isEmpty() ? "no " + kind + " device found; " + advice : null;
        } catch (RuntimeException e) {
            reason = kind + " devices cannot be listed: " + e.getMessage();
        }
    }

    /** Returns the reason why there is no device, or null if there are devices. */
    public synchronized String reason() {
        all();
        return reason;
    }
}
