/**
 * Data sets: their layouts, the index file meta.json made of them, and their pictures. Start at
 * {@link dev.ideal4j.eval.data.Dataset}.
 */
package dev.ideal4j.eval.data;
