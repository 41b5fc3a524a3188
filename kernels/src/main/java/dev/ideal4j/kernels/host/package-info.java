/** Memory of the backends that compute in the JVM's heap. */
package dev.ideal4j.kernels.host;
