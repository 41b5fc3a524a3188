/** Networks and detectors as ONNX graphs: a backend that draws operations in place of running them. For our modules. */
package dev.ideal4j.backbone.graph;
