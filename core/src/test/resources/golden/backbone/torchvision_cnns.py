"""Writes torchvision_cnns.safetensors: maps of torchvision's and timm's own networks with seeded weights, on the CPU.

    pip install torch torchvision timm safetensors
    python torchvision_cnns.py torchvision_cnns.safetensors
"""

import math
import sys

import numpy as np
import timm
import torch
import torchvision
from safetensors.numpy import save_file
from torchvision.models.feature_extraction import create_feature_extractor

SEED = "torchvision_cnns/"


def seeded(name, shape, scale, shift):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    count = math.prod(shape)
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(state)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    u = (z >> np.uint64(40)) * 2.0**-23 - 1
    return (u * scale + shift).astype(np.float32).reshape(shape)


def parameter(prefix, name, tensor):
    """The rule of dev.ideal4j.core.checkpoint.SeededWeights."""
    shape = tuple(tensor.shape)
    if name.endswith("num_batches_tracked"):
        return tensor
    if "bn" in name and name.endswith("weight"):
        scale, shift = 0.2, 1
    elif name.endswith("running_mean"):
        scale, shift = 0.1, 0
    elif name.endswith("running_var"):
        scale, shift = 0.25, 1
    elif name.endswith("bias"):
        scale, shift = 0.05, 0
    elif len(shape) == 1:
        scale, shift = 0.2, 1
    else:
        scale, shift = math.sqrt(3 / (math.prod(shape) / shape[0])), 0
    return torch.from_numpy(seeded(prefix + name, shape, scale, shift))


def load(model, prefix):
    model.load_state_dict({name: parameter(prefix, name, tensor) for name, tensor in model.state_dict().items()})
    return model.eval()


def keep(out, name, values):
    flat = values.detach().numpy().ravel()
    step = max(1, flat.size // 200)
    out[f"{name}/shape"] = np.array(values.shape, dtype=np.int32)
    out[f"{name}/every_{step}th"] = flat[::step].copy()
    out[f"{name}/norm"] = np.array([np.linalg.norm(flat.astype(np.float64))], dtype=np.float32)


def main(path):
    out = {}
    meta = {"seed_prefix": SEED, "every_<n>th": "values flattened row-major, every n-th from 0"}
    image = torch.from_numpy(seeded(SEED + "image", (1, 3, 40, 56), 2, 0))
    nodes = {
        "resnet18": ["relu", "layer1", "layer2", "layer3", "layer4"],
        "resnet50": ["layer2", "layer3"],
        "wide_resnet50_2": ["layer2", "layer3"],
        "mobilenet_v2": ["features.0", "features.6", "features.13", "features.14.conv.0", "features.18"],
    }
    with torch.no_grad():
        for name, stages in nodes.items():
            model = load(getattr(torchvision.models, name)(weights=None), f"{SEED}{name}/")
            maps = create_feature_extractor(model, return_nodes={stage: stage for stage in stages})(image)
            for stage in stages:
                keep(out, f"{name}/{stage}", maps[stage])
        prefix = f"{SEED}timm/"
        model = load(timm.create_model("mobilenetv2_100", pretrained=False), prefix)
        maps = timm.create_model("mobilenetv2_100", pretrained=False, features_only=True)
        maps.load_state_dict(model.state_dict(), strict=False)
        for reduction, values in zip(["features.1", "features.3", "features.6", "features.13", "features.17"], maps.eval()(image)):
            keep(out, f"timm/{reduction}", values)
        meta["timm"] = ";".join(
            f"{name} {'x'.join(map(str, tensor.shape))}" for name, tensor in model.state_dict().items()
        )
    save_file(out, path, metadata=meta)


main(sys.argv[1])
