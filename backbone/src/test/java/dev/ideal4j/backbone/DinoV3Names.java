package dev.ideal4j.backbone;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tensors of a DINOv3 transformer under the names of official files, timm's and the model hub's. */
final class DinoV3Names {
    private DinoV3Names() {}

    /** Random weights under official names. */
    static Weights official(String prefix, int width, int depth, int hidden, boolean swiglu) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("cls_token", Shape.of(1, 1, width));
        shapes.put("storage_tokens", Shape.of(1, 4, width));
        shapes.put("mask_token", Shape.of(1, width));
        shapes.put("patch_embed.proj.weight", Shape.of(width, 3, 16, 16));
        shapes.put("patch_embed.proj.bias", Shape.of(width));
        for (int i = 0; i < depth; i++) {
            String block = "blocks." + i + ".";
            linear(shapes, block + "attn.qkv", 3 * width, width);
            linear(shapes, block + "attn.proj", width, width);
            if (swiglu) {
                linear(shapes, block + "mlp.w1", hidden, width);
                linear(shapes, block + "mlp.w2", hidden, width);
                linear(shapes, block + "mlp.w3", width, hidden);
            } else {
                linear(shapes, block + "mlp.fc1", hidden, width);
                linear(shapes, block + "mlp.fc2", width, hidden);
            }
            for (String each : new String[] {"norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"}) {
                shapes.put(block + each, Shape.of(width));
            }
            shapes.put(block + "ls1.gamma", Shape.of(width));
            shapes.put(block + "ls2.gamma", Shape.of(width));
        }
        shapes.put("norm.weight", Shape.of(width));
        shapes.put("norm.bias", Shape.of(width));
        return new SeededWeights(prefix, shapes);
    }

    private static void linear(Map<String, Shape> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", Shape.of(out, in));
        shapes.put(name + ".bias", Shape.of(out));
    }

    /** The names that timm writes, with biases of queries and values. */
    static Weights timm(Weights official) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String name : official.names()) {
            if (name.equals("mask_token")) {
                continue;
            }
            if (name.endsWith("attn.qkv.bias")) {
                float[] bias = official.read(name);
                int width = bias.length / 3;
                String stem = name.substring(0, name.length() - "qkv.bias".length());
                put(values, shapes, stem + "q_bias", Arrays.copyOf(bias, width), Shape.of(width));
                put(values, shapes, stem + "v_bias", Arrays.copyOfRange(bias, 2 * width, 3 * width), Shape.of(width));
                continue;
            }
            String renamed = name.replace("storage_tokens", "reg_token")
                    .replace("ls1.gamma", "gamma_1")
                    .replace("ls2.gamma", "gamma_2")
                    .replace("mlp.w1.", "mlp.fc1_g.")
                    .replace("mlp.w2.", "mlp.fc1_x.")
                    .replace("mlp.w3.", "mlp.fc2.");
            put(values, shapes, renamed, official.read(name), official.shape(name));
        }
        return of(values, shapes);
    }

    /** The names that transformers writes, below a prefix. */
    static Weights hub(Weights official, String outer, boolean gated) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String name : official.names()) {
            if (name.contains("attn.qkv.")) {
                float[] all = official.read(name);
                int size = all.length / 3;
                Shape shape =
                        official.shape(name).withFirst(official.shape(name).axis(0) / 3);
                String ending = name.substring(name.lastIndexOf('.'));
                for (int part = 0; part < 3; part++) {
                    if (part != 1 || ending.equals(".weight")) {
                        String own = layer(name, outer).replaceFirst("attn.qkv.*", "attention." + "qkv".charAt(part));
                        put(
                                values,
                                shapes,
                                own + "_proj" + ending,
                                Arrays.copyOfRange(all, part * size, (part + 1) * size),
                                shape);
                    }
                }
                continue;
            }
            String renamed = layer(name, outer)
                    .replace("attn.proj.", "attention.o_proj.")
                    .replace("ls1.gamma", "layer_scale1.lambda1")
                    .replace("ls2.gamma", "layer_scale2.lambda1")
                    .replace("mlp.w1.", "mlp.gate_proj.")
                    .replace(gated ? "mlp.w2." : "mlp.fc1.", "mlp.up_proj.")
                    .replace(gated ? "mlp.w3." : "mlp.fc2.", "mlp.down_proj.");
            put(values, shapes, renamed, official.read(name), official.shape(name));
        }
        return of(values, shapes);
    }

    private static String layer(String name, String outer) {
        return switch (name) {
            case "cls_token", "mask_token" -> "embeddings." + name;
            case "storage_tokens" -> "embeddings.register_tokens";
            case "patch_embed.proj.weight" -> "embeddings.patch_embeddings.weight";
            case "patch_embed.proj.bias" -> "embeddings.patch_embeddings.bias";
            default -> name.replace("blocks.", outer + "layer.");
        };
    }

    private static void put(
            Map<String, float[]> values, Map<String, Shape> shapes, String name, float[] value, Shape shape) {
        values.put(name, value);
        shapes.put(name, shape);
    }

    /** The tensors under changed names, without those whose changed name is null. */
    static Weights changed(Weights weights, UnaryOperator<String> change) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String name : weights.names()) {
            String other = change.apply(name);
            if (other != null) {
                put(values, shapes, other, weights.read(name), weights.shape(name));
            }
        }
        return of(values, shapes);
    }

    /** The tensors and one more. */
    static Weights with(Weights weights, String name, float[] vector) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        weights.names().forEach(known -> put(values, shapes, known, weights.read(known), weights.shape(known)));
        put(values, shapes, name, vector, Shape.of(vector.length));
        return of(values, shapes);
    }

    /** Tensors in memory. */
    static Weights of(Map<String, float[]> values, Map<String, Shape> shapes) {
        return new Weights() {
            @Override
            public Set<String> names() {
                return shapes.keySet();
            }

            @Override
            public Shape shape(String name) {
                return shapes.get(name);
            }

            @Override
            public float[] read(String name) {
                return values.get(name);
            }

            @Override
            public String origin() {
                return "memory";
            }
        };
    }
}
