"""Chooses a coreset with anomalib's KCenterGreedy for benchmarks/peers.sh: answers each line with the milliseconds of one run.

It needs 'pip install anomalib'. Arguments: file of rows (float32), their width, number of rows to choose, threads.
The line "check" is answered with the first chosen rows.
"""
import importlib.metadata
import os
import sys
import time

os.environ["TQDM_DISABLE"] = "1"

import numpy as np
import torch
from anomalib.models.components.sampling.k_center_greedy import KCenterGreedy

file, width, count, threads = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(threads)
# Rows with a third axis are compared as they are; others would be projected first.
rows = torch.from_numpy(np.fromfile(file, np.float32).reshape(-1, width, 1))


def choose(some):
    return KCenterGreedy(rows, (some + 0.5) / len(rows)).select_coreset_idxs()


print("anomalib", importlib.metadata.version("anomalib"), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    chosen = choose(20 if line.strip() == "check" else count)
    end = time.perf_counter()
    print(*chosen if line.strip() == "check" else [1e3 * (end - start)], flush=True)
