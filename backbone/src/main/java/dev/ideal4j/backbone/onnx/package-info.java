/** Writing networks as ONNX files, for other runtimes. */
package dev.ideal4j.backbone.onnx;
