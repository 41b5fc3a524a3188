#!/usr/bin/env python3
"""The figure that ours are held against: ViT-S/14 at 448 in PyTorch with weights in bf16 (no autocast, which rounds them again in each
pass), eager and compiled, and the published query, which sends query, normal and abnormal image through the network.
    python3 peer.py torch_ideal.py DEVICE BATCH      one process for each batch, so that no shape becomes dynamic; prints lines of JSON
On a CPU it runs a few times in float32, which tries this script and nothing else."""
import importlib.util
import json
import statistics
import sys
import time

import torch

spec = importlib.util.spec_from_file_location("torch_ideal", sys.argv[1])
ideal = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ideal)
device, batch = sys.argv[2], int(sys.argv[3])
cuda = device == "cuda"
dtype = torch.bfloat16 if cuda else torch.float32
network = ideal.seed_module(ideal.VisionTransformer(), "dinov2_vits14/").eval().to(device, dtype)
images = torch.randn(batch, 3, 448, 448, device=device, dtype=dtype)


def millis(run):
    if not cuda:
        times = []
        for _ in range(2):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1e3)
        return min(times)
    until = time.perf_counter() + 2
    while time.perf_counter() < until:
        run()
        torch.cuda.synchronize()
    events = [torch.cuda.Event(enable_timing=True) for _ in range(31)]
    events[0].record()
    for event in events[1:]:
        run()
        event.record()
    torch.cuda.synchronize()
    return statistics.median(a.elapsed_time(b) for a, b in zip(events, events[1:]))


def measure(mode, run):
    for what, passes in (("vit_s14", 1), ("published_passes", 3)):
        line = {"what": what, "batch": batch, "precision": "bf16" if cuda else "float32", "mode": mode}
        try:
            ms = millis(lambda: [run(images) for _ in range(passes)])
            line.update(median_ms=round(ms, 3), images_per_s=round(batch / ms * 1e3, 1))
        except Exception as e:
            line["failed"] = repr(e)[:120]
        print(json.dumps(line), flush=True)


with torch.inference_mode():
    network(images)  # fills the grid of positions outside of the compiler
    measure("eager", network)
    if cuda:
        mode = "reduce-overhead" if batch < 8 else "default"
        measure("compile " + mode, torch.compile(network, mode=mode, dynamic=False))
