/**
 * Networks and detectors as ONNX files: a backend that draws operations in place of running them, and a writer of
 * DINOv2 networks for any batch size. For our modules.
 */
package dev.ideal4j.backbone.onnx;
