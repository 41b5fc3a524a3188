/** Convolutional networks as frozen backbones: {@link dev.ideal4j.backbone.cnn.CnnBackbone}. */
package dev.ideal4j.backbone.cnn;
