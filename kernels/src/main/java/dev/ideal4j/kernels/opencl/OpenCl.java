package dev.ideal4j.kernels.opencl;

import dev.ideal4j.core.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;

/** Calls of OpenCL with their status checked. */
final class OpenCl {
    private OpenCl() {}

    /** A call that failed. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Failure(String call, int status) {
            super(call + ": " + CL.stringFor_errorCode(status));
            this.status = status;
        }

        /** Whether memory, or another resource of the device, was short. */
        boolean isShortage() {
            return status == CL.CL_MEM_OBJECT_ALLOCATION_FAILURE
                    || status == CL.CL_OUT_OF_RESOURCES
                    || status == CL.CL_OUT_OF_HOST_MEMORY
                    || status == CL.CL_INVALID_BUFFER_SIZE;
        }

        DeviceException toDeviceException(String device) {
            String advice = status == CL.CL_DEVICE_NOT_AVAILABLE || status == CL.CL_INVALID_COMMAND_QUEUE
                    ? "; the device is lost to this backend, open another"
                    : "";
            return new DeviceException(device, "OpenCL failed in " + getMessage() + advice);
        }
    }

    /** A call that returns its status. */
    static void call(String name, IntSupplier call) {
        int status;
        try {
            status = call.getAsInt();
        } catch (CLException e) { // where an application has told JOCL to throw
            status = e.getStatus();
        }
        if (status != CL.CL_SUCCESS) {
            throw new Failure(name, status);
        }
    }

    /** A call that returns an object, and its status in an array of one. */
    static <T> T create(String name, Function<int[], T> call) {
        int[] status = new int[1];
        Object[] result = new Object[1];
        call(name, () -> {
            result[0] = call.apply(status);
            return status[0];
        });
        @SuppressWarnings("unchecked")
        T created = (T) result[0];
        return created;
    }

    /** One of OpenCL's queries for a value of unknown size. */
    @FunctionalInterface
    interface Query {
        int ask(long size, Pointer to, long[] actualSize);
    }

    /** The bytes that a query returns. */
    static byte[] bytes(String name, Query query) {
        long[] size = new long[1];
        call(name, () -> query.ask(0, null, size));
        byte[] value = new byte[Math.toIntExact(size[0])];
        if (value.length > 0) {
            call(name, () -> query.ask(value.length, Pointer.to(value), null));
        }
        return value;
    }

    /** The text that a query returns. */
    static String text(String name, Query query) {
        String text = new String(bytes(name, query), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).trim();
    }

    /** The number that a query returns, of 4 or 8 bytes. */
    static long number(String name, Query query) {
        byte[] value = bytes(name, query);
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return value.length == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong();
    }
}
