/** Memory of the backends that compute in the JVM's own heap. */
package dev.ideal4j.kernels.host;
