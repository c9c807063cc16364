"""Crashes the process of the cell, and that of the call."""
# remark: died
import ctypes
import os


def double(x):
    if np.ndim(x):
        os.abort()
    ctypes.string_at(0)
