import subprocess
import sys
import threading

import pytest

from okr_platform.embedded.processes import Record, birth, wait_until
from okr_platform.embedded.state import ROOT, State, StateBusyError


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_a_survivor_of_a_killed_run_is_stopped(tmp_path, sleeper):
    Record(tmp_path / "processes").add(sleeper.pid)
    threading.Thread(target=sleeper.wait).start()
    Record(tmp_path / "processes").stop_survivors()
    assert sleeper.wait(5) == -15
    assert not (tmp_path / "processes").exists()


def test_a_later_process_of_the_same_number_is_left_alone(tmp_path, sleeper):
    (tmp_path / "processes").write_text(f"{sleeper.pid} another time\n")
    Record(tmp_path / "processes").stop_survivors()
    assert sleeper.poll() is None


def test_a_child_ends_with_its_parent_even_when_that_is_killed():
    if sys.platform != "linux":
        pytest.skip("only Linux can tell a child that its parent ended")
    script = (
        "import subprocess as s; from okr_platform.embedded.processes import shim;"
        "c = s.Popen([*shim(), '/bin/sleep', '60']); print(c.pid, flush=True); c.wait()"
    )
    parent = [sys.executable, "-c", script]
    process = subprocess.Popen(parent, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    assert birth(child)
    process.kill()
    process.wait()
    process.stdout.close()
    assert wait_until(lambda: birth(child) is None, seconds=5)


def test_a_state_directory_has_one_owner_and_says_who(tmp_path):
    with State(tmp_path).owned("./okr run"):
        with pytest.raises(StateBusyError, match=r"\./okr run, process \d+"):
            with State(tmp_path).owned("./okr run"):
                pass
    with State(tmp_path).owned("./okr manage"):
        pass


def test_who_owns_the_servers_waits_for_visitors(tmp_path):
    order = []

    def own():
        with State(tmp_path).visitors_gone():
            order.append("owner stops")

    with State(tmp_path).visited():
        owner = threading.Thread(target=own)
        owner.start()
        owner.join(0.2)
        order.append("visitor ends")
    owner.join(5)
    assert order == ["visitor ends", "owner stops"]


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    key = State(tmp_path).secret_key
    assert len(key) > 50
    assert State(tmp_path).secret_key == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
