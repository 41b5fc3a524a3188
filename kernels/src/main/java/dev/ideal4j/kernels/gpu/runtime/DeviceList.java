package dev.ideal4j.kernels.gpu.runtime;

import java.util.List;
import java.util.function.Supplier;

/**
 * The devices of a driver, listed once, when first asked for: drivers load then, which takes time.
 *
 * @param <D> a device
 */
public final class DeviceList<D> {
    private final Supplier<String> reasonAgainst;
    private final Supplier<List<D>> lister;
    private final String kind;
    private final String advice;
    private List<D> devices;
    private String reason;

    /**
     * Devices that are yet to be listed.
     *
     * @param kind for messages, as {@code OpenCL}
     * @param reasonAgainst says why the driver cannot be asked, or null
     * @param lister lists the devices; what it throws becomes the reason why there is none
     * @param advice for messages, where there is none
     */
    public DeviceList(String kind, Supplier<String> reasonAgainst, Supplier<List<D>> lister, String advice) {
        this.kind = kind;
        this.reasonAgainst = reasonAgainst;
        this.lister = lister;
        this.advice = advice;
    }

    /** All devices; empty if there is a {@link #reason}. */
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

    /** Why there is no device, or null. */
    public synchronized String reason() {
        all();
        return reason;
    }
}
