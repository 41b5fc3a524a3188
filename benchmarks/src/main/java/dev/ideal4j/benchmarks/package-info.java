/** JMH benchmarks. */
package dev.ideal4j.benchmarks;
