"""Writes the checkpoints beside this file with PyTorch and safetensors; run once, with torch 2.13 and safetensors 0.8.

Element i of each tensor, row-major, is (i % 17 - 8) / 2 for floating types, i % 17 - 8 for signed and i % 17 for
unsigned integers, i % 3 == 0 for bool. The type is the last part of a tensor's name.
"""
import collections
import typing

import safetensors.torch
import torch

FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
SIGNED = [torch.int64, torch.int32, torch.int16, torch.int8]
UNSIGNED = [torch.uint8, torch.uint16, torch.uint32, torch.uint64]
LEGACY_TYPES = FLOATS + SIGNED + [torch.uint8, torch.bool]


def made(dtype, *shape):
    size = 1
    for length in shape:
        size *= length
    index = torch.arange(size)
    if dtype == torch.bool:
        values = index % 3 == 0
    elif dtype in UNSIGNED:
        values = index % 17
    else:
        values = index % 17 - 8
        if dtype in FLOATS:
            values = values / 2
    return values.to(dtype).reshape(shape)


def key(prefix, dtype):
    return prefix + "." + str(dtype).removeprefix("torch.")


def types(dtypes):
    return collections.OrderedDict((key("types", dtype), made(dtype, 3, 7)) for dtype in dtypes)


def layouts(rows=7):
    base = torch.zeros(4, 9)
    base[1:3, 2:7] = made(torch.float32, 2, 5)
    column = made(torch.float32, 6, 4, 5).permute(2, 0, 1).contiguous().permute(1, 2, 0)
    assert not column.is_contiguous()
    return {
        "scalar.float32": made(torch.float32),
        "empty.float32": made(torch.float32, 0, 3),
        "slice.float32": base[1:3, 2:7],
        "transposed.float16": made(torch.float16, rows, 50).t().contiguous().t(),
        "permuted.float32": column,
        "expanded.float32": made(torch.float32, 1).expand(5, 1)[:1],
        "parameter.float32": torch.nn.Parameter(made(torch.float32, 2, 3)),
    }


def training_state():
    model = types(LEGACY_TYPES)
    model.update(layouts())
    model._metadata = collections.OrderedDict(version=1)
    attributed = torch.nn.Parameter(made(torch.float32, 4))
    attributed.note = "kept as _rebuild_parameter_with_state"
    model["attributed.float32"] = attributed
    return {
        "epoch": 7,
        "loss": 0.25,
        "best": None,
        "seed": 2**70,
        "negative": -(2**40),
        "done": True,
        "name": "Größe",
        "blob": b"\x00\x01",
        "sizes": (torch.Size([3, 4]), {1, 2}, frozenset(["a"]), [1.5, []]),
        "where": torch.device("cpu"),
        "kind": torch.float16,
        "history": collections.defaultdict(list, a=[1]),
        "state_dict": model,
        "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}},
    }


def small_state():
    return {
        "epoch": 7,
        "misc": (0.5, None, True, {1}, torch.Size([2]), [b"x"]),
        "state_dict": collections.OrderedDict(
            [
                ("a.float16", made(torch.float16, 4, 3).t().contiguous().t()),
                ("b.float32", torch.nn.Parameter(made(torch.float32, 2, 3)[1:])),
            ]
        ),
    }


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.float16 = torch.nn.Parameter(made(torch.float16, 2, 3))
        self.register_buffer("int64", made(torch.int64, 2))

    def forward(self, x):
        return x


class Point(typing.NamedTuple):
    float32: torch.Tensor
    int32: torch.Tensor


class Inner(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.float16 = torch.nn.Parameter(made(torch.float16, 5, 3))
        self.register_buffer("int64", made(torch.int64, 6))

    def forward(self, x):
        return x @ self.float16.float().t()


class Outer(torch.nn.Module):
    sizes: typing.List[int]
    parts: typing.List[torch.Tensor]
    names: typing.Dict[str, int]
    point: Point

    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.blocks = torch.nn.ModuleList([torch.nn.BatchNorm1d(5), torch.nn.Identity()])
        self.same = self.inner
        self.sizes = [1, 2]
        self.parts = [made(torch.float32, 2), made(torch.float32, 3, 2)]
        self.names = {"a": 1}
        self.point = Point(made(torch.float32, 2), made(torch.int32, 1))

    def forward(self, x):
        return self.blocks[0](self.inner(x)) + self.parts[0].sum() + self.sizes[0] + self.names["a"] + self.point.float32[0]


torch.save(training_state(), "zip.pth")
for protocol in (3, 4, 5):
    torch.save(training_state(), f"protocol{protocol}.pth", pickle_protocol=protocol)
torch.save(types(UNSIGNED), "unsigned.pth")
torch.save(training_state(), "legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"model": {"module." + k: v for k, v in layouts(rows=900).items()}}, "parallel.pth")
torch.jit.script(Outer()).save("script.pt")
safetensors.torch.save_file(types(LEGACY_TYPES + UNSIGNED), "types.safetensors", {"made": "with safetensors"})
torch.save(small_state(), "small.pth")
torch.save(small_state(), "small4.pth", pickle_protocol=4)
torch.save(small_state(), "small_legacy.pth", _use_new_zipfile_serialization=False)
torch.jit.script(Small()).save("small.pt")
safetensors.torch.save_file({"a": made(torch.float32, 2, 2), "b": made(torch.int8, 3)}, "small.safetensors", {"k": "v"})
