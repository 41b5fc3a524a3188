/** OpenCL 1.2 through JOCL, as a runtime of the GPU backend: for GPUs of any maker, and for processors (PoCL). */
package dev.ideal4j.kernels.opencl;
