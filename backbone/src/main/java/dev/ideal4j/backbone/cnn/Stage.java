package dev.ideal4j.backbone.cnn;

/**
 * A place in a network whose map can be taken as features.
 *
 * @param name torchvision's name of the module whose output it is: {@code layer2}, {@code features.6}
 * @param width channels
 * @param stride input pixels along a side for one of the map
 */
public record Stage(String name, int width, int stride) {}
