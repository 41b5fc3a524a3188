"""Writes the files beside this one: small vision transformers with random weights, saved as timm and transformers save
them, and outputs.safetensors with what these libraries compute from them in float32.

    pip install torch torchvision timm transformers safetensors
    python make.py

Made with torch 2.13, timm 1.0.29, transformers 5.18 and safetensors 0.8. Each model has width 32, two blocks, two heads,
patches of 4 pixels and images of 16. Of each model there are the tokens of the last block, before (last) and after the
final norm (final): the class token, then the patches, without registers. CLIP also has the image embedding.
"""

import pathlib
import sys

import safetensors.torch
import timm
import torch
import transformers

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
FOLDER = FOLDER if FOLDER.is_dir() else FOLDER.parent
REGISTERS = 4
TIMM = dict(embed_dim=32, depth=2, num_heads=2, mlp_ratio=2, img_size=16, patch_size=4)
HUB = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, patch_size=4, image_size=16)
pixels = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))
outputs = {"pixels": pixels}


def randomise(model, dtype=torch.float32):
    """Replaces the starting weights, of which many are 0 or 1, and rounds them to a type."""
    generator = torch.Generator().manual_seed(2)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if parameter.ndim > 1:
            values *= 1 / parameter[0].numel() ** 0.5
        elif "bias" in name:
            values *= 0.1
        else:
            values = 1 + 0.2 * values
        parameter.data = values.to(dtype).float()
    return model.eval()


def keep(name, tokens, norm, registers):
    for kind, values in (("last", tokens), ("final", norm(tokens))):
        outputs[f"{name}/{kind}"] = torch.cat([values[:, :1], values[:, 1 + registers :]], 1).contiguous()


def store(name, model, dtype=torch.float32):
    state = {key: value.to(dtype).contiguous() for key, value in model.state_dict().items()}
    safetensors.torch.save_file(state, FOLDER / f"{name}.safetensors", {"format": "pt"})


def timms(name, model, dtype=torch.float32, **settings):
    model = randomise(timm.create_model(model, **{**TIMM, **settings}), dtype)
    if model.num_classes:
        model.head.bias.zero_()  # CLIP's projection has none, so files converted by timm have zeros
    (patches, prefix), = model.forward_intermediates(
        pixels, indices=[1], norm=False, output_fmt="NLC", return_prefix_tokens=True, intermediates_only=True
    )
    keep(name, torch.cat([prefix, patches], 1), model.norm, prefix.shape[1] - 1)
    if model.num_classes:
        outputs[f"{name}/embedding"] = model(pixels)
    store(name, model, dtype)
    return model


def hubs(name, model, registers=0, dtype=torch.float32, **saving):
    model = randomise(model, dtype)
    seen = model(pixels, output_hidden_states=True)
    tokens = seen.hidden_states[-1]
    norm = model.norm if hasattr(model, "norm") else model.layernorm
    torch.testing.assert_close(norm(tokens), seen.last_hidden_state)
    keep(name, tokens, norm, registers)
    model.to(dtype).save_pretrained(FOLDER / name, **saving)


def clip(name, model, tower):
    embedding = model.get_image_features(pixels) if hasattr(model, "get_image_features") else model(pixels).image_embeds
    outputs[f"{name}/embedding"] = getattr(embedding, "pooler_output", embedding)
    keep(name, tower(pixels, output_hidden_states=True).hidden_states[-1], tower.post_layernorm, 0)
    model.save_pretrained(FOLDER / name)


with torch.no_grad():
    timms("timm_dinov2", "vit_small_patch14_dinov2")
    timms("timm_dinov2_reg4", "vit_small_patch14_reg4_dinov2", torch.float16)
    timms("timm_dinov2_swiglu", "vit_giant_patch14_dinov2", torch.bfloat16)
    timms("timm_dinov3", "vit_small_patch16_dinov3")
    timms("timm_dinov3_plus", "vit_small_plus_patch16_dinov3", torch.bfloat16)
    timms("timm_dinov3_qkvb", "vit_small_patch16_dinov3_qkvb", torch.float16)
    timms("timm_clip", "vit_base_patch16_clip_quickgelu_224", num_classes=24)
    # As training scripts save: below the names of wrappers, beside other things.
    wrapped = timms("wrapped_dinov2", "vit_small_patch14_dinov2", torch.float16)
    wrapped = torch.nn.DataParallel(torch.nn.ModuleDict({"backbone": wrapped.half()})).state_dict()
    torch.save({"epoch": 3, "state_dict": wrapped}, FOLDER / "wrapped_dinov2.pth")
    (FOLDER / "wrapped_dinov2.safetensors").unlink()

    v2 = dict(HUB, mlp_ratio=2)
    hubs("hub_dinov2", transformers.Dinov2Model(transformers.Dinov2Config(**v2)), max_shard_size="40KB")
    hubs(
        "hub_dinov2_swiglu",
        transformers.Dinov2Model(transformers.Dinov2Config(**v2, use_swiglu_ffn=True)),
        dtype=torch.float16,
    )
    hubs(
        "hub_dinov2_reg4",
        transformers.Dinov2WithRegistersModel(
            transformers.Dinov2WithRegistersConfig(**v2, num_register_tokens=REGISTERS)
        ),
        REGISTERS,
        torch.bfloat16,
    )
    v3 = dict(HUB, intermediate_size=64, num_register_tokens=REGISTERS)
    hubs("hub_dinov3", transformers.DINOv3ViTModel(transformers.DINOv3ViTConfig(**v3)), REGISTERS)
    hubs(
        "hub_dinov3_gated",
        transformers.DINOv3ViTModel(transformers.DINOv3ViTConfig(**v3, use_gated_mlp=True, hidden_act="silu")),
        REGISTERS,
        torch.bfloat16,
    )
    vision = dict(HUB, intermediate_size=64, projection_dim=24)
    text = dict(vocab_size=49, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1)
    both = randomise(
        transformers.CLIPModel(transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=24))
    )
    clip("hub_clip", both, both.vision_model)
    alone = randomise(transformers.CLIPVisionModelWithProjection(transformers.CLIPVisionConfig(**vision)))
    clip("hub_clip_vision", alone, alone.vision_model)

for config in FOLDER.glob("hub_*/*.json"):
    if not config.name.endswith("index.json"):
        config.unlink()
safetensors.torch.save_file({key: value.contiguous() for key, value in outputs.items()}, FOLDER / "outputs.safetensors")
