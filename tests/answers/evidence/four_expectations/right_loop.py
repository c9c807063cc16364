# One value of z at a time, in plain Python.
import math


def four_expectations(log_px_given_z, log_pz, q):
    top = max(float(a + b) for a, b in zip(log_px_given_z, log_pz))
    log_px = top + math.log(math.fsum(math.exp(a + b - top) for a, b in zip(log_px_given_z, log_pz)))
    result = {"log_px": log_px, "E_log_px": log_px, "E_log_px_given_z": 0.0, "E_log_joint": 0.0}
    for a, b, weight in zip(log_px_given_z, log_pz, q):
        if weight > 0:
            result["E_log_px_given_z"] += weight * a
            result["E_log_joint"] += weight * (a + b)
    return result
