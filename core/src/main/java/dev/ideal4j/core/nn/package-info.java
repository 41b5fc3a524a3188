/** Trainable building blocks: named parameters with their initialisation, and layers. */
package dev.ideal4j.core.nn;
