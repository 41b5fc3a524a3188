/** OpenCL 1.2 through JOCL, as a runtime of the GPU backend, for GPUs of any vendor and for CPUs (PoCL). */
package dev.ideal4j.kernels.opencl;
