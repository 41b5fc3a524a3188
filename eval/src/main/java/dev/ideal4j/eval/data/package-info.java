/**
 * Data sets: their layouts, their index file meta.json, and their images. Start at
 * {@link dev.ideal4j.eval.data.Dataset}.
 */
package dev.ideal4j.eval.data;
