/** Networks whose weights a detector trains. */
package dev.ideal4j.backbone.trainable;
