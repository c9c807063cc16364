"""Returns objects that run code where they are unpickled or copied."""
# remark: returned an object
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch CANARY",)

    def __deepcopy__(self, memo):
        os.system("touch CANARY")
        return 2

    def __repr__(self):
        os.system("touch CANARY")
        return "2"


def double(x):
    return [Bomb(), np.array([Bomb()], dtype=object)]
