"""Writes the CNN files beside this one: small networks with random weights, saved as torchvision and timm save them, and
cnn_outputs.safetensors with the maps that these libraries compute from them in float32.

    pip install torch torchvision timm safetensors
    python make_cnn.py

Made with torch 2.13, torchvision 0.28, timm 1.0.29 and safetensors 0.8. The weights are float16, so that the files are small.
torchvision's ResNets have one width, so the ResNet is timm's, which has the same names.
"""

import pathlib
import sys

import safetensors.torch
import timm
import torch
import torchvision
from torchvision.models.feature_extraction import create_feature_extractor

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
FOLDER = FOLDER if FOLDER.is_dir() else FOLDER.parent
pixels = torch.randn(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))
outputs = {"pixels": pixels}


def randomise(model):
    """Replaces the starting weights and statistics, of which many are 0 or 1, by values that float16 holds."""
    generator = torch.Generator().manual_seed(2)
    for name, tensor in model.state_dict().items():
        values = torch.randn(tensor.shape, generator=generator) if tensor.is_floating_point() else None
        if values is None:
            continue
        if tensor.ndim > 1:
            values *= (2 / tensor[0].numel()) ** 0.5
        elif name.endswith("var"):
            values = 1 + 0.2 * values.abs()
        elif name.endswith("bias") or name.endswith("mean"):
            values *= 0.1
        else:
            values = 1 + 0.2 * values
        tensor.copy_(values.half().float())
    return model.eval()


def half(model):
    return {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in model.state_dict().items()
    }


def keep(name, model, stages):
    for stage, values in create_feature_extractor(model, {stage: stage for stage in stages})(pixels).items():
        outputs[f"{name}/{stage}"] = values.contiguous()


with torch.no_grad():
    mobile = randomise(torchvision.models.MobileNetV2(num_classes=2, width_mult=0.1))
    keep("torchvision_mobilenet", mobile, ["features.0", "features.6", "features.13", "features.14.conv.0"])
    torch.save(half(mobile), FOLDER / "torchvision_mobilenet.pth")

    resnet = randomise(
        timm.create_model("resnet18", layers=(1, 1, 1, 1), channels=(16, 16, 24, 32), stem_width=16, num_classes=2)
    )
    keep("timm_resnet", resnet, ["layer1", "layer2", "layer3", "layer4"])
    safetensors.torch.save_file(half(resnet), FOLDER / "timm_resnet.safetensors", {"format": "pt"})

    bottleneck = randomise(
        timm.create_model("resnet50", layers=(1, 1, 1, 1), channels=(8, 8, 8, 8), stem_width=16, num_classes=2)
    )
    keep("timm_bottleneck", bottleneck, ["layer1", "layer2", "layer3"])
    torch.save({"state_dict": torch.nn.DataParallel(bottleneck).state_dict()}, FOLDER / "timm_bottleneck.pth")

safetensors.torch.save_file(outputs, FOLDER / "cnn_outputs.safetensors")
