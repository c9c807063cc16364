"""Ends its process with status 0 in the middle of a test, as if all were well."""
# remark: died
import os


def double(x):
    os._exit(0)
