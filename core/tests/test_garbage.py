import subprocess
import sys

ASK = """
import gc, weakref
from fitburn import garbage
class Thing: pass
garbage.leave_in_peace()
frozen, (first, *_) = gc.get_freeze_count(), gc.get_threshold()
thing = Thing(); thing.itself = thing; gone = weakref.ref(thing); del thing
kept = [[] for _ in range(2 * garbage.THRESHOLD)]
print(frozen > 1000, first == garbage.THRESHOLD, gone() is None)
"""


def test_what_was_loaded_is_left_in_peace_and_new_garbage_is_still_found() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True", "True"]
