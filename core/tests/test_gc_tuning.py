import subprocess
import sys

ASK = """
import gc, weakref
from fitburn import gc_tuning
class Thing: pass
gc_tuning.freeze_startup_objects()
frozen, (first, *_) = gc.get_freeze_count(), gc.get_threshold()
thing = Thing(); thing.itself = thing; gone = weakref.ref(thing); del thing
kept = [[] for _ in range(2 * gc_tuning.THRESHOLD)]
print(frozen > 1000, first == gc_tuning.THRESHOLD, gone() is None)
"""


def test_startup_objects_are_frozen_and_new_garbage_is_still_collected() -> None:
    output = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["True", "True", "True"]
