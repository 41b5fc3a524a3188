/** Trainable building blocks: named parameters with their initialisation, and the layers made of them. */
package dev.ideal4j.core.nn;
