"""Fills memory from many processes that each stay below the limit."""
# remark: out of memory|timed out
import os
import time

for _ in range(10):
    if os.fork() == 0:
        keep = np.ones(20 * 2**20)
        time.sleep(60)
time.sleep(60)
