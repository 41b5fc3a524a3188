"""Searches with FAISS for benchmarks/peers.sh: answers each line of standard input with the milliseconds of one search.

It needs 'pip install faiss-cpu'. Arguments: file of reference rows, file of query rows (both float32, of length 1), width, k, threads.
The line "check" is answered with the similarities of the first query.
"""
import sys
import time

import faiss
import numpy as np

references, queries, width, k, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
faiss.omp_set_num_threads(threads)
index = faiss.IndexFlatIP(width)
index.add(np.fromfile(references, np.float32).reshape(-1, width))
rows = np.fromfile(queries, np.float32).reshape(-1, width)
print("FAISS", faiss.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    similarities, _ = index.search(rows, k)
    end = time.perf_counter()
    print(*similarities[0] if line.strip() == "check" else [1e3 * (end - start)], flush=True)
