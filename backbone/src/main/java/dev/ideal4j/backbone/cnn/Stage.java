package dev.ideal4j.backbone.cnn;

/**
 * A layer of a network whose output map can be used as features.
 *
 * @param name torchvision's name of the module: {@code layer2}, {@code features.6}
 * @param width number of channels
 * @param stride number of input pixels along a side per pixel of the map
 */
public record Stage(String name, int width, int stride) {}
