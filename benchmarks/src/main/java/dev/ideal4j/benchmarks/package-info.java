/** JMH benchmarks, and the comparison with other runtimes in interleaved runs. */
package dev.ideal4j.benchmarks;
