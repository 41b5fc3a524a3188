package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statuses of the driver end all work on a device; the numbers are those of CUDA's header. */
class CudaTest {
    /** ECC, illegal address, timeout, destroyed context, assertion, the exceptions of hardware, launch failure. */
    @ParameterizedTest
    @ValueSource(ints = {214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719})
    void aDeviceIsLostToTheProcess(int status) {
        assertThat(new Cuda.Failure("call", status).isFinal()).isTrue();
    }

    /** Out of memory or resources, peer access, contexts that are set already, pinning, what is not permitted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 209, 222, 400, 701, 703, 704, 705, 708, 711, 712, 713, 720, 800, 801, 900})
    void aFailedCallIsNotALostDevice(int status) {
        assertThat(new Cuda.Failure("call", status).isFinal()).isFalse();
    }
}
