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

/** Calls of OpenCL that check the returned status. */
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

        /** Returns whether memory or another resource of the device was insufficient. */
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

    /** Makes a call that returns its status. Throws {@link Failure}. */
    static void call(String name, IntSupplier call) {
        int status;
        try {
            status = call.getAsInt();
        } catch (CLException e) { // if an application has told JOCL to throw exceptions
            status = e.getStatus();
        }
        if (status != CL.CL_SUCCESS) {
            throw new Failure(name, status);
        }
    }

    /** Makes a call that returns an object and stores its status in an array of one element. Throws {@link Failure}. */
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

    /** An OpenCL query for a value of unknown size. */
    @FunctionalInterface
    interface Query {
        int ask(long size, Pointer to, long[] actualSize);
    }

    /** Returns the bytes of a query's value. */
    static byte[] bytes(String name, Query query) {
        long[] size = new long[1];
        call(name, () -> query.ask(0, null, size));
        byte[] value = new byte[Math.toIntExact(size[0])];
        if (value.length > 0) {
            call(name, () -> query.ask(value.length, Pointer.to(value), null));
        }
        return value;
    }

    /** Returns the text of a query's value. */
    static String text(String name, Query query) {
        String text = new String(bytes(name, query), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).trim();
    }

    /** Returns the number of a query's value, which has 4 or 8 bytes. */
    static long number(String name, Query query) {
        byte[] value = bytes(name, query);
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return value.length == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong();
    }
}
